using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Options;

namespace DocuChat.Core.Models;

/// <summary>The chat models, as one: whichever answers, it is metered, reserved for and falls back by the same rules.</summary>
public sealed class ChatModels
{
    private readonly IChatClient _pipeline;
    private readonly ModelsOptions _options;

    internal ChatModels(IChatClient pipeline, IOptions<ModelsOptions> options)
    {
        _pipeline = pipeline;
        _options = options.Value;
    }

    /// <summary>The models that may be asked for; the first is the default.</summary>
    public IReadOnlyList<string> Names => _options.ChatModels;

    /// <summary>Streams an answer. Dispose the enumerator early to stop the model; <paramref name="call"/> then says what was used.</summary>
    /// <param name="call">For whom; filled in on the way.</param>
    /// <param name="messages">The prompt.</param>
    /// <param name="model">One of <see cref="Names"/>, or null for the default.</param>
    /// <param name="cancellationToken">Stops the model.</param>
    /// <exception cref="ModelException">No model answered (nothing was yielded then), or the answer broke off: <see cref="ModelStatus.Truncated"/>.</exception>
    public async IAsyncEnumerable<string> StreamAsync(ChatCall call, IReadOnlyList<ChatMessage> messages, string? model, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var options = call.AsOptions(model ?? _options.ChatModels[0], _options);
        await foreach (var update in _pipeline.GetStreamingResponseAsync(messages, options, cancellationToken))
        {
            if (update.Text is { Length: > 0 } text)
                yield return text;
        }
    }
}
