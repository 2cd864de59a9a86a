using System.Runtime.CompilerServices;
using DocuChat.Core.Text;
using DocuChat.Core.Usage;
using Microsoft.Extensions.AI;

namespace DocuChat.Core.Models.Pipeline;

/// <summary>
/// Counts a call while it streams, and at its end, however it ends: by the provider's usage where there is one that can be true, else by
/// the tokenizer.
/// </summary>
internal sealed class MeteringClient(IChatClient inner, TimeProvider time) : StreamingClient(inner)
{
    /// <summary><c>system_fingerprint</c> of an answerer that only quotes.</summary>
    private const string ExtractiveFingerprint = "sandbox-extractive";

    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        var call = ChatCall.Of(options);
        var prompt = messages as IReadOnlyList<ChatMessage> ?? [.. messages];
        (call.ModelAsked, call.Model) = (options!.ModelId!, options.ModelId!);
        call.BeganAt = time.GetUtcNow();
        call.TokensIn = Tokens.CountPrompt(prompt);

        var began = time.GetTimestamp();
        var text = new System.Text.StringBuilder();
        UsageDetails? usage = null;
        var finished = false;
        try
        {
            await foreach (var update in InnerClient.GetStreamingResponseAsync(prompt, options, cancellationToken))
            {
                call.IsExtractive |= update.RawRepresentation is OpenAI.Chat.StreamingChatCompletionUpdate { SystemFingerprint: ExtractiveFingerprint };
                usage = update.Contents.OfType<UsageContent>().LastOrDefault()?.Details ?? usage;
                if (update.Text.Length > 0)
                {
                    call.FirstTokenAfter ??= time.GetElapsedTime(began);
                    // Good enough on the way: providers send about a token an update. The end counts exactly.
                    call.TokensOut++;
                    text.Append(update.Text);
                }
                if (update.FinishReason is { } reason)
                {
                    finished = true;
                    call.IsTruncated = reason == ChatFinishReason.Length || reason == ChatFinishReason.ContentFilter;
                }
                yield return update;
            }
        }
        finally
        {
            call.IsTruncated |= !finished;
            Settle(call, usage, text.ToString());
        }
    }

    private static void Settle(ChatCall call, UsageDetails? usage, string text)
    {
        var (tokensIn, tokensOut) = ((int)(usage?.InputTokenCount ?? 0), (int)(usage?.OutputTokenCount ?? 0));
        // An answer out of nothing, or a prompt of nothing, is no count.
        if (tokensIn > 0 && (tokensOut > 0 || text.Length == 0))
            (call.TokensIn, call.TokensOut, call.TokenSource) = (tokensIn, tokensOut, TokenSource.Provider);
        else
            (call.TokensOut, call.TokenSource) = (TokenCounter.Count(text), TokenSource.Tokenizer);
    }
}
