using System.Runtime.CompilerServices;
using DocuChat.Core.Text;
using DocuChat.Core.Usage;
using DocuChat.Core.Usage.Budgets;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Options;

namespace DocuChat.Core.Models;

/// <summary>The chat models, as one: whichever answers, it is metered, reserved for and falls back by the same rules.</summary>
public sealed class ChatModels
{
    private readonly IChatClient _pipeline;
    private readonly UsageReservations _reservations;
    private readonly ModelsOptions _options;

    internal ChatModels(IChatClient pipeline, UsageReservations reservations, IOptions<ModelsOptions> options)
    {
        _pipeline = pipeline;
        _reservations = reservations;
        _options = options.Value;
    }

    /// <summary>The models that may be asked for; the first is the default.</summary>
    public IReadOnlyList<string> Names => _options.ChatModels;

    /// <summary>Refuses a question before anything is done for it, when the tenant's budget does not even allow the question and an answer without any passage.</summary>
    /// <param name="tenantId">Who would pay.</param>
    /// <param name="question">The question.</param>
    /// <param name="model">One of <see cref="Names"/>, or null for the default.</param>
    /// <param name="cancellationToken">Cancels the look.</param>
    /// <exception cref="BudgetException">The budget does not allow it.</exception>
    public Task RequireBudgetAsync(Guid tenantId, string question, string? model, CancellationToken cancellationToken) =>
        _reservations.RequireAsync(tenantId, CallKind.Chat, model ?? _options.ChatModels[0], TokenCounter.Count(question), _options.LongestAnswerTokens, cancellationToken);

    /// <summary>Streams an answer. Dispose the enumerator early to stop the model; <paramref name="call"/> then says what was used.</summary>
    /// <param name="call">For whom; filled in on the way.</param>
    /// <param name="messages">The prompt.</param>
    /// <param name="model">One of <see cref="Names"/>, or null for the default.</param>
    /// <param name="cancellationToken">Stops the model.</param>
    /// <exception cref="BudgetException">The tenant's budget does not allow it; no model was asked.</exception>
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
