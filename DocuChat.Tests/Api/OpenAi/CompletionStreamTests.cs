using System.Text;
using DocuChat.Api.OpenAi;
using DocuChat.Core.Conversations;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace DocuChat.Tests.Api.OpenAi;

public sealed class CompletionStreamTests
{
    private const string Comment = ": keep-alive\n\n";

    [Fact]
    public async Task Execute_ModelIsSilent_KeepsTheConnectionAlive_AndTellsAFailureAsAFrame()
    {
        var time = new FakeTimeProvider();
        using var run = new AnswerRun(Question.Alone(Guid.CreateVersion7(), "demo", Guid.CreateVersion7(), "?", null, []), TimeSpan.FromHours(1), time);
        using var body = new MemoryStream();
        var context = new DefaultHttpContext { RequestServices = new ServiceCollection().AddOptions().AddSingleton<TimeProvider>(time).BuildServiceProvider() };
        context.Features.Set<IHttpResponseFeature>(new Response(body));
        context.Response.Body = body;

        var running = new CompletionStream(run, new CompletionReply("chatcmpl-1", 0, "gpt-4o", new Uri("https://chat.example")), includeUsage: false).ExecuteAsync(context);
        while (body.Length < 2 * Comment.Length)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(1, TestContext.Current.CancellationToken);
        }
        run.Add(new AnswerFailed(503, "No language model answers.", "Ask again."));
        run.End(time.GetUtcNow());
        await running;

        var written = Encoding.UTF8.GetString(body.ToArray());
        Assert.StartsWith(Comment + Comment + "data: {\"error\":", written, StringComparison.Ordinal);
        Assert.Contains("No language model answers.", written, StringComparison.Ordinal);
        Assert.Equal(("text/event-stream; charset=utf-8", 200), (context.Response.ContentType, context.Response.StatusCode));
    }

    private sealed class Response(MemoryStream body) : HttpResponseFeature
    {
        public override bool HasStarted => body.Length > 0;
    }
}
