using DocuChat.Core.Conversations;
using Microsoft.Extensions.Time.Testing;

namespace DocuChat.Tests.Core.Conversations;

public sealed class AnswerRunTests : IDisposable
{
    private static readonly TimeSpan _linger = TimeSpan.FromSeconds(30);
    private readonly FakeTimeProvider _time = new();
    private readonly AnswerRun _run;

    public AnswerRunTests() => _run = new AnswerRun(Question.Alone(Guid.CreateVersion7(), "demo", Guid.CreateVersion7(), "?", null, []), _linger, _time);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _run.Dispose();

    [Fact]
    public void NobodyBeginsToRead_ItStops()
    {
        _time.Advance(_linger);
        Assert.False(_run.Stopping.IsCancellationRequested);
        _time.Advance(_linger);
        Assert.True(_run.Stopping.IsCancellationRequested);
    }

    [Fact]
    public async Task SomebodyReads_ItGoesOn_AndStopsAWhileAfterTheLastLeft()
    {
        await using (var reader = _run.ReadAsync(0, Stop).GetAsyncEnumerator(Stop))
        {
            var first = reader.MoveNextAsync();
            _run.Add(new TextAdded("Thirty"));
            Assert.True(await first);
            _time.Advance(10 * _linger);
            Assert.False(_run.Stopping.IsCancellationRequested);
        }

        _time.Advance(0.9 * _linger);
        Assert.False(_run.Stopping.IsCancellationRequested);
        _time.Advance(0.2 * _linger);
        Assert.True(_run.Stopping.IsCancellationRequested);
    }

    [Fact]
    public void ReaderInAnotherProcess_KeepsItGoing_AsLongAsItGivesSignsOfLife()
    {
        for (var i = 0; i < 5; i++)
        {
            _time.Advance(0.8 * _linger);
            _run.Touch(0.5 * _linger);
        }
        Assert.False(_run.Stopping.IsCancellationRequested);
        _time.Advance(_linger);
        Assert.True(_run.Stopping.IsCancellationRequested);
    }

    [Fact]
    public async Task LastReaderHereLeaves_WhileOneElsewhereReads_ItGoesOn()
    {
        await using (var reader = _run.ReadAsync(0, Stop).GetAsyncEnumerator(Stop))
        {
            _run.Add(new TextAdded("Thirty"));
            Assert.True(await reader.MoveNextAsync());
            _run.Touch(3 * _linger);
        }
        _time.Advance(2 * _linger);
        Assert.False(_run.Stopping.IsCancellationRequested);
        _time.Advance(_linger);
        Assert.True(_run.Stopping.IsCancellationRequested);
    }
}
