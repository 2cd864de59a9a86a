using DocuChat.Core.Conversations.Citations;
using DocuChat.Core.Conversations.Prompts;
using DocuChat.Core.Models;
using DocuChat.Core.Retrieval;
using DocuChat.Core.Text;
using DocuChat.Core.Usage;
using DocuChat.Core.Usage.Budgets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace DocuChat.Core.Conversations.Answers;

/// <summary>
/// The way from a question to its answer: store the question and, as it is understood alone, search → prompt → stream, checking citations → store and charge. Ends with
/// one event: done, or failed.
/// </summary>
internal sealed class AskQuestion(
    StandAloneQuestion standAlone,
    HybridSearch search,
    ChatModels models,
    StoredPassages storedPassages,
    AnswerStore store,
    UsageReservations reservations,
    ConversationMetrics metrics,
    IOptions<AnswersOptions> options,
    TimeProvider time,
    ILogger<AskQuestion> logger
)
{
    public async Task AnswerAsync(AnswerRun run)
    {
        var watch = new Watch(time);
        var question = run.Question;
        var call = new ChatCall { TenantId = question.TenantId, Tenant = question.TenantSlug, UserId = question.UserId, RequestId = question.MessageId, Kind = CallKind.Chat };
        AnswerEvent last;
        try
        {
            last = await LastEventAsync(run, call, watch);
        }
        catch
        {
            metrics.Answered(ConversationMetrics.Failed);
            throw;
        }
        // Nothing of it is charged, its search neither.
        if (last is AnswerFailed)
        {
            foreach (var kind in (CallKind[])[CallKind.QuestionRewrite, CallKind.QuestionEmbedding])
                await reservations.ReleaseAsync(question.TenantId, question.MessageId, kind, CancellationToken.None);
        }
        // Counted before it is told: who has read the end finds it in the metrics.
        metrics.Asked(question.TenantSlug, call.Model is { Length: > 0 } model ? model : question.Model ?? models.Names[0]);
        metrics.Answered(OutcomeOf(last));
        if (watch.SecondsToFirstToken is { } seconds)
            metrics.FirstToken(seconds);
        run.Add(last);
    }

    private static string OutcomeOf(AnswerEvent last) =>
        last switch
        {
            AnswerDone { Answer.Status: MessageStatus.Complete } => ConversationMetrics.Complete,
            AnswerDone { Answer.Status: MessageStatus.Stopped } or AnswerFailed { Status: 499 } => ConversationMetrics.Stopped,
            AnswerDone => ConversationMetrics.Cut,
            AnswerFailed { Status: 402 } => ConversationMetrics.Refused,
            _ => ConversationMetrics.Failed,
        };

    private async Task<AnswerEvent> LastEventAsync(AnswerRun run, ChatCall call, Watch watch)
    {
        var question = run.Question;
        try
        {
            var draft = await DraftAsync(run, call, watch);
            var receipt = await store.SaveAnswerAsync(question, draft, cost => Receipt(call, draft, cost, watch));
            run.Add(new AnswerCharged(receipt));
            return new AnswerDone(new Answer(question.MessageId, question.ConversationId, draft.Text, draft.Status, draft.Citations.Count > 0, draft.Citations, receipt));
        }
        catch (ModelException failure)
        {
            Log.NoModelAnswered(logger, question.MessageId, failure.Model, failure.Status, failure);
            // What was refused once is refused again, and by every model.
            return failure.Status == ModelStatus.Refused
                ? new AnswerFailed(502, "The language model refused this question.", "Nothing was charged. Put it in other words; if every question is refused, tell whoever runs this service.")
                : new AnswerFailed(503, "No language model answers.", "Nothing was charged. Your question is kept: ask it again in a minute.");
        }
        catch (BudgetException failure)
        {
            return new AnswerFailed(402, BudgetException.ProblemTitle, failure.Message, BudgetException.ProblemType);
        }
        catch (OperationCanceledException) when (run.Stopping.IsCancellationRequested)
        {
            return new AnswerFailed(499, "The answer was stopped before it began.", "Nothing was charged.");
        }
    }

    private async Task<Draft> DraftAsync(AnswerRun run, ChatCall call, Watch watch)
    {
        var question = run.Question;
        var history = await store.HistoryAsync(question, run.Stopping);
        // Side by side, since neither needs the other; both are waited for, whatever becomes of one.
        var finding = FindAsync(question, history, run.Stopping);
        await Task.WhenAll(store.SaveQuestionAsync(question, run.Stopping), finding);
        var (found, calls) = await finding;
        IReadOnlyList<Passage> passages = found.Evidence >= options.Value.LeastEvidence ? found.Passages : [];
        run.Add(new SourcesFound(question.MessageId, question.ConversationId, [.. passages.Select(Source)]));

        var language = LanguageDetector.Detect(question.Text);
        if (passages.Count == 0)
        {
            var nothing = NotInDocuments.In(language);
            run.Add(new TextAdded(nothing));
            return new Draft(nothing, MessageStatus.Complete, [], calls);
        }

        var prompt = PromptBuilder.Build(question.Text, language, passages, History.Within(history, options.Value.HistoryTokens));
        // Read while the model thinks.
        var stored = storedPassages.ReadAsync(question.TenantId, passages, run.Stopping);
        var (writer, isWhole) = await StreamAsync(run, call, prompt, stored, watch);
        var status = isWhole ? MessageStatus.Complete : run.IsStopAsked ? MessageStatus.Stopped : MessageStatus.Partial;
        return new Draft(writer?.Text ?? "", status, writer?.Citations ?? [], [.. calls, call.ToModelCall()]);
    }

    /// <summary>Searches for what the question means, and gives the calls that are to be charged for it.</summary>
    private async Task<(SearchResult Found, IReadOnlyList<ModelCall> Calls)> FindAsync(Question question, IReadOnlyList<Message> history, CancellationToken cancellationToken)
    {
        var (searchText, rewriting) = await standAlone.OfAsync(question, history, cancellationToken);
        var found = await search.SearchAsync(new SearchQuery(question.TenantId, searchText, options.Value.Passages, question.DocumentIds, question.MessageId), cancellationToken);
        return (found, [.. new[] { rewriting, found.EmbeddingCall }.OfType<ModelCall>()]);
    }

    /// <summary>Streams the model's answer to the readers, as far as it comes.</summary>
    /// <returns>What came, and whether it came to its end.</returns>
    private async Task<(AnswerWriter? Writer, bool IsWhole)> StreamAsync(AnswerRun run, ChatCall call, IReadOnlyList<Microsoft.Extensions.AI.ChatMessage> prompt, Task<IReadOnlyList<StoredPassage?>> stored, Watch watch)
    {
        AnswerWriter? writer = null;
        var isWhole = false;
        try
        {
            await foreach (var piece in models.StreamAsync(call, prompt, run.Question.Model, run.Stopping))
            {
                watch.FirstToken();
                writer ??= new AnswerWriter(run.Question.TenantSlug, await stored, metrics);
                Tell(run, writer.Add(piece));
            }
            isWhole = !call.IsTruncated;
        }
        catch (ModelException failure) when (failure.Status == ModelStatus.Truncated)
        {
            // A cut is shown as a cut; what came is kept.
        }
        catch (OperationCanceledException) when (run.Stopping.IsCancellationRequested && call.IsReserved)
        {
            // Stopped on its way: the call was made, and is charged for what it used.
        }
        if (writer is not null)
            Tell(run, writer.End());
        return (writer, isWhole);
    }

    private static void Tell(AnswerRun run, IEnumerable<AnswerEvent> events)
    {
        foreach (var @event in events)
            run.Add(@event);
    }

    private static AnswerSource Source(Passage passage, int index) =>
        new(index + 1, passage.DocumentId, passage.DocumentName, passage.Page, passage.HeadingPath, passage.Text, passage.CharStart, passage.CharEnd, passage.Score);

    private Receipt Receipt(ChatCall call, Draft draft, decimal cost, Watch watch)
    {
        var asked = call.ModelAsked is { Length: > 0 } wanted ? wanted : models.Names[0];
        return new Receipt(
            asked,
            call.Model is { Length: > 0 } answered ? answered : "none",
            call.FallbackReason,
            draft.Calls.Sum(made => made.TokensIn),
            draft.Calls.Sum(made => made.TokensOut),
            cost,
            watch.SecondsToFirstToken,
            watch.Seconds,
            call.IsExtractive
        );
    }

    private sealed class Watch(TimeProvider time)
    {
        private readonly long _began = time.GetTimestamp();

        public double? SecondsToFirstToken { get; private set; }

        public double Seconds => Math.Round(time.GetElapsedTime(_began).TotalSeconds, 3);

        public void FirstToken() => SecondsToFirstToken ??= Seconds;
    }
}
