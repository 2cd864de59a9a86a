using System.Net.ServerSentEvents;
using DocuChat.Web.Chat;
using DocuChat.Web.Layout;

namespace DocuChat.Tests.Web.Chat;

public sealed class ChatTurnTests
{
    private static readonly Guid Message = new("0190a000-0000-7000-8000-000000000001");
    private static readonly Guid Conversation = new("0190a000-0000-7000-8000-000000000002");
    private const string Receipt = """{"model_asked":"gpt-4o","model":"gpt-4o-mini","fallback_reason":"429","tokens_in":10,"tokens_out":5,"cost_tomans":0.3,"seconds_to_first_token":0.4,"seconds":1.2}""";

    private readonly ChatTurn _turn = new("چند روز؟");

    [Fact]
    public void Apply_WholeStream_EndsComplete()
    {
        Apply("sources", Sources(1, 2));
        Assert.Equal(TurnState.Searching, _turn.State);
        Apply("delta", """{"text":"نُه "}""");
        Apply("delta", """{"text":"روز [1]"}""");
        Assert.Equal((TurnState.Writing, "نُه روز [1]"), (_turn.State, _turn.Text));
        Apply("usage", Receipt);
        Apply("done", Done("نُه روز [1].", "complete", "true", """[{"n":1,"document_id":"0190a000-0000-7000-8000-000000000003","document_name":"a.pdf","version":1,"page":4,"quote":"q","char_start":3,"char_end":9}]"""));

        Assert.Equal((TurnState.Complete, "نُه روز [1].", true, Message, Conversation), (_turn.State, _turn.Text, _turn.Grounded, _turn.MessageId, _turn.ConversationId));
        Assert.Equal([(1, "q")], _turn.Sources.Select(source => (source.N, source.Passage)));
        Assert.Equal(("gpt-4o-mini", "429", 0.3m), (_turn.Receipt!.Model, _turn.Receipt.FallbackReason, _turn.Receipt.CostTomans));
    }

    [Theory]
    [InlineData("complete", TurnState.Complete)]
    [InlineData("partial", TurnState.Cut)]
    [InlineData("stopped", TurnState.Stopped)]
    public void Apply_Done_TellsHowItEnded(string status, TurnState expected)
    {
        Apply("done", Done("x", status, "false", "[]"));

        Assert.Equal(expected, _turn.State);
    }

    [Fact]
    public void Apply_Error_ShowsTheApisWords()
    {
        Apply("error", """{"type":"about:blank","title":"The model does not answer.","status":503,"detail":"Try again.","traceId":"0af7"}""");

        Assert.Equal((TurnState.Failed, "The model does not answer.", "Try again.", "0af7"), (_turn.State, _turn.Trouble!.Title, _turn.Trouble.Words, _turn.Trouble.TraceId));
    }

    [Fact]
    public void BreakOff_AfterText_KeepsItAsCut()
    {
        Apply("delta", """{"text":"half"}""");
        _turn.BreakOff(Trouble.Unexpected);

        Assert.Equal((TurnState.Cut, "half", null), (_turn.State, _turn.Text, _turn.Trouble));
    }

    [Fact]
    public void BreakOff_BeforeText_IsAFailure()
    {
        Apply("sources", Sources(1));
        _turn.BreakOff(Trouble.Unexpected);

        Assert.Equal((TurnState.Failed, Trouble.Unexpected), (_turn.State, _turn.Trouble));
    }

    [Fact]
    public void Apply_EventsWithIds_RemembersTheLast()
    {
        _turn.Apply(new SseItem<string>("""{"text":"a"}""", "delta") { EventId = "7" });
        _turn.Apply(new SseItem<string>("{}", "something-new"));

        Assert.Equal("7", _turn.LastEventId);
    }

    [Fact]
    public void Of_StoredConversation_PairsQuestionsWithAnswers()
    {
        var stored = new ConversationWhole(
            Conversation,
            "t",
            [
                new StoredMessage(Guid.CreateVersion7(), "user", "q1", "complete", null, null, null, null, default),
                new StoredMessage(Message, "assistant", "a1", "stopped", true, [], null, -1, default),
                new StoredMessage(Guid.CreateVersion7(), "user", "q2", "complete", null, null, null, null, default),
            ]
        );

        var turns = ChatTurn.Of(stored);

        Assert.Equal([("q1", "a1", TurnState.Stopped, -1), ("q2", "", TurnState.Cut, null)], turns.Select(turn => (turn.Question, turn.Text, turn.State, turn.Feedback)));
    }

    private void Apply(string type, string data) => _turn.Apply(new SseItem<string>(data, type));

    private static string Sources(params int[] numbers) =>
        $$"""{"message_id":"{{Message}}","conversation_id":"{{Conversation}}","sources":[{{string.Join(',', numbers.Select(n => $$"""{"n":{{n}},"document_id":"0190a000-0000-7000-8000-000000000003","document_name":"a.pdf","page":null,"heading_path":null,"text":"t","char_start":0,"char_end":1,"score":0.5}"""))}}]}""";

    private static string Done(string answer, string status, string grounded, string citations) =>
        $$"""{"message_id":"{{Message}}","conversation_id":"{{Conversation}}","answer":"{{answer}}","status":"{{status}}","grounded":{{grounded}},"citations":{{citations}},"receipt":{{Receipt}}}""";
}
