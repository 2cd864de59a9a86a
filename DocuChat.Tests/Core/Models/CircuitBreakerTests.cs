using DocuChat.Core.Models.Pipeline;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace DocuChat.Tests.Core.Models;

public sealed class CircuitBreakerTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void TryEnter_AfterFailuresInARow_IsRefusedUntilOneTrySucceeds()
    {
        var breaker = new CircuitBreaker(2, TimeSpan.FromSeconds(30), _time);
        Fail(breaker);
        Assert.True(breaker.TryEnter());
        breaker.Succeeded();
        Fail(breaker);
        Fail(breaker);
        Assert.False(breaker.TryEnter());

        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.True(breaker.TryEnter());
        Assert.False(breaker.TryEnter());
        breaker.Failed();
        Assert.False(breaker.TryEnter());

        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.True(breaker.TryEnter());
        breaker.Abandoned();
        Assert.True(breaker.TryEnter());
        breaker.Succeeded();
        Assert.True(breaker.TryEnter());
        Assert.True(breaker.TryEnter());
    }

    private static void Fail(CircuitBreaker breaker)
    {
        Assert.True(breaker.TryEnter());
        breaker.Failed();
    }
}
