using System.Text;
using DocuChat.Api.Chat;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace DocuChat.Tests.Api.Chat;

public sealed class EventStreamTests
{
    [Fact]
    public async Task Execute_NothingToSay_KeepsTheConnectionAliveEvery15Seconds()
    {
        var time = new FakeTimeProvider();
        var said = new TaskCompletionSource();
        using var body = new MemoryStream();
        var context = new DefaultHttpContext { RequestServices = new ServiceCollection().AddOptions().AddSingleton<TimeProvider>(time).BuildServiceProvider() };
        context.Response.Body = body;

        var running = new EventStream(EventsAsync(said.Task)).ExecuteAsync(context);
        var began = time.GetUtcNow();
        while (body.Length < 2 * ": keep-alive\n\n".Length)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(1, TestContext.Current.CancellationToken);
        }
        Assert.True(time.GetUtcNow() - began >= TimeSpan.FromSeconds(30));
        said.SetResult();
        await running;

        Assert.Equal(": keep-alive\n\n: keep-alive\n\nid: 1\nevent: delta\ndata: {\"text\":\"a\\nb\"}\n\n", Encoding.UTF8.GetString(body.ToArray()));
        Assert.Equal("text/event-stream; charset=utf-8", context.Response.ContentType);
        Assert.Equal("no", context.Response.Headers["X-Accel-Buffering"]);
    }

    private static async IAsyncEnumerable<ServerEvent> EventsAsync(Task first)
    {
        await first;
        yield return new ServerEvent("delta", new { text = "a\nb" }, 1);
    }
}
