using System.Net.ServerSentEvents;
using DocuChat.Web.Api;
using DocuChat.Web.Documents;
using DocuChat.Web.Layout;
using DocuChat.Web.Session;
using Microsoft.AspNetCore.Components;

namespace DocuChat.Web.Chat;

/// <summary>A source of an answer that the reader looks at.</summary>
public sealed record ShownSource(ChatTurn Turn, int N);

/// <summary>The chat: a conversation, or a new one.</summary>
public sealed partial class ChatPage
{
    /// <summary>Text comes in pieces of a few letters; the page is drawn anew at most this often.</summary>
    private static readonly TimeSpan Frame = TimeSpan.FromMilliseconds(80);

    /// <summary>How often a lost stream is taken up again.</summary>
    private const int Resumptions = 3;

    private List<ChatTurn> _turns = [];
    private IReadOnlyList<DocumentRow>? _documents;
    private Guid? _conversation;
    private string? _title;
    private ShownSource? _shown;
    private CancellationTokenSource? _running;
    private bool _loading = true;
    private bool _loaded;

    [Inject]
    private TimeProvider Time { get; set; } = default!;

    [Parameter]
    public Guid? Id { get; set; }

    protected override void OnInitialized() => List.Deleted += OnDeleted;

    protected override async Task OnParametersSetAsync()
    {
        // Drawn on the server first, the page is a frame; what fills it is asked for once, when the circuit is there.
        if (!RendererInfo.IsInteractive || (_loaded && Id == _conversation))
            return;
        _loaded = true;
        await LoadAsync();
    }

    public override ValueTask DisposeAsync()
    {
        List.Deleted -= OnDeleted;
        return base.DisposeAsync();
    }

    private async Task LoadAsync()
    {
        _running?.Cancel();
        (_turns, _title, _shown, _conversation, _loading) = ([], null, null, Id, true);
        await TryAsync(async ct =>
        {
            if (Id is { } id)
            {
                var conversation = await Api.GetAsync(id, ct);
                (_turns, _title) = (ChatTurn.Of(conversation), conversation.Title);
            }
            else
            {
                _documents = (await Documents.ListAsync(null, ct)).Items;
            }
        });
        _loading = false;
    }

    private async Task AskAsync(string question)
    {
        if (_running is not null || string.IsNullOrWhiteSpace(question))
            return;
        var turn = new ChatTurn(question.Trim());
        _turns.Add(turn);
        _shown = null;
        using var running = CancellationTokenSource.CreateLinkedTokenSource(Closing);
        _running = running;
        StateHasChanged();
        try
        {
            await RunAsync(turn, running.Token);
        }
        finally
        {
            if (_running == running)
                _running = null;
        }
        await AfterAsync(turn);
    }

    private async Task RunAsync(ChatTurn turn, CancellationToken ct)
    {
        var events = Api.AskAsync(new ChatRequest(turn.Question, _conversation), ct);
        for (var resumption = 1; ; resumption++)
        {
            try
            {
                await ReadAsync(turn, events, ct);
                if (turn.IsRunning)
                    turn.BreakOff(new Trouble(TroubleKind.Unavailable));
                return;
            }
            catch (ApiUnavailableException) when (turn is { MessageId: not null, IsRunning: true } && resumption <= Resumptions)
            {
                await Task.Delay(TimeSpan.FromSeconds(resumption), Time, CancellationToken.None);
                events = Api.ResumeAsync(turn.MessageId.Value, turn.LastEventId, ct);
            }
            catch (ApiUnavailableException)
            {
                turn.BreakOff(new Trouble(TroubleKind.Unavailable));
                return;
            }
            catch (ApiException exception)
            {
                turn.BreakOff(Trouble.Of(exception));
                return;
            }
            catch (SignInExpiredException)
            {
                ToSignIn();
                return;
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                turn.MarkStopped();
                return;
            }
        }
    }

    private async Task ReadAsync(ChatTurn turn, IAsyncEnumerable<SseItem<string>> events, CancellationToken ct)
    {
        var drawn = Time.GetTimestamp();
        await foreach (var item in events.WithCancellation(ct))
        {
            turn.Apply(item);
            if (item.EventType != "delta" || Time.GetElapsedTime(drawn) >= Frame)
            {
                StateHasChanged();
                // Lets the circuit draw, and hear a click on Stop, between two pieces that are there already.
                await Task.Yield();
                drawn = Time.GetTimestamp();
            }
        }
    }

    // A new conversation gets its address and its place in the list when its first answer is there.
    private async Task AfterAsync(ChatTurn turn)
    {
        if (Closing.IsCancellationRequested || !_turns.Contains(turn))
            return;
        if (_conversation is null && turn.ConversationId is { } id)
        {
            _conversation = id;
            Navigation.NavigateTo($"/chat/{id}");
        }
        await TryAsync(List.ReloadAsync);
        // The answer may have taken the budget past its mark; the banner says so.
        await TryAsync(Tenant.ReloadAsync);
        _title = List.Items?.FirstOrDefault(item => item.Id == _conversation)?.Title ?? _title;
    }

    private async Task StopAsync()
    {
        if (_running is not { } running || _turns is not [.., var turn])
            return;
        if (turn.MessageId is not { } message)
        {
            await running.CancelAsync();
            return;
        }
        // The Api ends the stream with what there is, and its receipt. If it does not, we do.
        if (!await TryAsync(ct => Api.StopAsync(message, ct)))
            await running.CancelAsync();
        else
            running.CancelAfter(TimeSpan.FromSeconds(5));
    }

    private Task RetryAsync(ChatTurn turn)
    {
        _turns.Remove(turn);
        return AskAsync(turn.Question);
    }

    private async Task RateAsync((ChatTurn Turn, int Rating) rate)
    {
        // The same thumb again takes it back.
        var rating = rate.Turn.Feedback == rate.Rating ? 0 : rate.Rating;
        if (rate.Turn.MessageId is { } id && await TryAsync(ct => Api.RateAsync(id, rating, ct)))
            rate.Turn.Feedback = rating;
    }

    private void ShowSource(ShownSource shown) => _shown = shown.Turn.Sources.Any(source => source.N == shown.N) ? shown : null;

    private void OnDeleted(Guid id)
    {
        if (id == _conversation)
            Navigation.NavigateTo("/");
    }
}
