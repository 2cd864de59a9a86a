using System.Net.ServerSentEvents;
using System.Text;
using System.Text.Json;
using DocuChat.Web.Api;
using DocuChat.Web.Layout;

namespace DocuChat.Web.Chat;

public enum TurnState
{
    /// <summary>Asked; the Api looks for passages.</summary>
    Searching,

    /// <summary>Text is coming.</summary>
    Writing,
    Complete,

    /// <summary>The reader stopped it.</summary>
    Stopped,

    /// <summary>It broke off; what came is kept.</summary>
    Cut,

    /// <summary>There is no answer.</summary>
    Failed,
}

/// <summary>A question and its answer, as far as it has come.</summary>
public sealed class ChatTurn(string question)
{
    private readonly StringBuilder _text = new();

    public string Question { get; } = question;
    public TurnState State { get; private set; } = TurnState.Searching;
    public Guid? MessageId { get; private set; }
    public Guid? ConversationId { get; private set; }

    /// <summary>Number of the last event that came, for taking up a lost stream.</summary>
    public string? LastEventId { get; private set; }

    /// <summary>What may be cited; once the answer is complete, only what is.</summary>
    public IReadOnlyList<Source> Sources { get; private set; } = [];

    public Receipt? Receipt { get; private set; }

    /// <summary>Whether it stands on documents; null while that is not known.</summary>
    public bool? Grounded { get; private set; }

    public int? Feedback { get; set; }
    public Trouble? Trouble { get; private set; }
    public string Text => _text.ToString();
    public bool IsRunning => State is TurnState.Searching or TurnState.Writing;

    /// <summary>Takes in one event of the stream. Unknown ones are passed over: the Api may learn new ones.</summary>
    internal void Apply(SseItem<string> item)
    {
        LastEventId = item.EventId ?? LastEventId;
        switch (item.EventType)
        {
            case "sources":
                var sources = WireJson.Read<SourcesEvent>(item.Data);
                (MessageId, ConversationId, Sources) = (sources.MessageId, sources.ConversationId, sources.Sources ?? []);
                break;
            case "delta":
                State = TurnState.Writing;
                _text.Append(WireJson.Read<DeltaEvent>(item.Data).Text);
                break;
            case "usage":
                Receipt = WireJson.Read<Receipt>(item.Data);
                break;
            case "done":
                Finish(WireJson.Read<DoneEvent>(item.Data));
                break;
            case "error":
                var problem = JsonSerializer.Deserialize<ApiProblem>(item.Data, JsonSerializerOptions.Web) ?? new ApiProblem(null, null, null, null, null);
                Fail(Trouble.Of(new ApiException(problem.Status ?? 500, problem)));
                break;
        }
    }

    /// <summary>The stream ended and said nothing: what came is kept as cut; when nothing came, there is no answer.</summary>
    internal void BreakOff(Trouble trouble)
    {
        if (_text.Length > 0)
            State = TurnState.Cut;
        else
            Fail(trouble);
    }

    /// <summary>The reader wants no more of it, and the Api has not said yet what became of it.</summary>
    internal void MarkStopped() => State = TurnState.Stopped;

    internal void Fail(Trouble trouble) => (State, Trouble) = (TurnState.Failed, trouble);

    private void Finish(DoneEvent done)
    {
        _text.Clear().Append(done.Answer);
        (MessageId, ConversationId, Grounded, Receipt) = (done.MessageId, done.ConversationId, done.Grounded, done.Receipt ?? Receipt);
        Sources = done.Citations ?? [];
        State = StateOf(done.Status);
    }

    /// <summary>Makes the turns of a stored conversation. A question without an answer gets a turn that says so.</summary>
    internal static List<ChatTurn> Of(ConversationWhole conversation)
    {
        var turns = new List<ChatTurn>();
        foreach (var message in conversation.Messages)
        {
            if (message.Role == "user")
                turns.Add(new ChatTurn(message.Content) { State = TurnState.Cut, ConversationId = conversation.Id });
            else if (turns is [.., var turn])
                turn.Restore(message);
        }
        return turns;
    }

    private void Restore(StoredMessage answer)
    {
        _text.Append(answer.Content);
        (MessageId, Grounded, Receipt, Feedback) = (answer.Id, answer.Grounded, answer.Receipt, answer.Feedback);
        Sources = answer.Citations ?? [];
        State = StateOf(answer.Status);
    }

    private static TurnState StateOf(string? status) =>
        status switch
        {
            "partial" => TurnState.Cut,
            "stopped" => TurnState.Stopped,
            _ => TurnState.Complete,
        };
}
