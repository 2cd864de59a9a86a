using System.ClientModel;
using System.Net.Http.Json;
using System.Text.Json;
using OpenAI;
using OpenAI.Chat;

namespace DocuChat.Tests.Sandbox.OpenAi;

public sealed class ChatTests(SandboxServer sandbox) : IClassFixture<SandboxServer>
{
    private static readonly object[] _prompt = Prompts.Of("When does the office open?", "The office opens at nine. Lunch is free.");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Stream_ByTheOfficialClient_GivesTextUsageAndEnd()
    {
        var client = new ChatClient("gpt-4o-mini", new ApiKeyCredential("any"), new OpenAIClientOptions { Endpoint = sandbox.V1 });
        ChatMessage[] messages = [new SystemChatMessage("<passage n=\"1\" document=\"a\">\nThe office opens at nine.\n</passage>"), new UserChatMessage("When does the office open?")];

        var text = "";
        var finish = default(ChatFinishReason?);
        var usage = default(ChatTokenUsage);
        await foreach (var update in client.CompleteChatStreamingAsync(messages, cancellationToken: Cancellation))
        {
            text += string.Concat(update.ContentUpdate.Select(part => part.Text));
            finish = update.FinishReason ?? finish;
            usage = update.Usage ?? usage;
            Assert.Equal("gpt-4o-mini", update.Model);
        }

        Assert.Equal("The office opens at nine. [1]", text);
        Assert.Equal(ChatFinishReason.Stop, finish);
        Assert.Equal((await client.CompleteChatAsync(messages, cancellationToken: Cancellation)).Value.Usage.TotalTokenCount, usage!.TotalTokenCount);
    }

    [Fact]
    public async Task Stream_Frames_BeginWithTheRoleAndEndWithUsageAndDone()
    {
        var frames = await FramesAsync(new { model = "gpt-4o", stream = true, stream_options = new { include_usage = true }, messages = _prompt });

        Assert.Equal("[DONE]", frames[^1]);
        var chunks = frames[..^1].Select(frame => JsonDocument.Parse(frame).RootElement).ToList();
        Assert.Single(chunks.Select(chunk => chunk.GetProperty("id").GetString()).Distinct());
        Assert.Equal("assistant", chunks[0].GetProperty("choices")[0].GetProperty("delta").GetProperty("role").GetString());
        Assert.Equal("stop", chunks[^2].GetProperty("choices")[0].GetProperty("finish_reason").GetString());
        Assert.Equal(0, chunks[^1].GetProperty("choices").GetArrayLength());
        Assert.True(chunks[^1].GetProperty("usage").GetProperty("prompt_tokens").GetInt32() > 20);
    }

    [Fact]
    public async Task Stream_WithoutAskingForUsage_TellsNone()
    {
        var frames = await FramesAsync(new { model = "gpt-4o", stream = true, messages = _prompt });
        Assert.DoesNotContain(frames, frame => frame.Contains("\"usage\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Create_MaxTokens_CutsTheAnswerAndSaysSo()
    {
        var (_, body) = await sandbox.PostAsync("/v1/chat/completions", new { model = "gpt-4o", max_completion_tokens = 4, messages = _prompt });
        Assert.Equal("length", body.GetProperty("choices")[0].GetProperty("finish_reason").GetString());
        Assert.InRange(body.GetProperty("usage").GetProperty("completion_tokens").GetInt32(), 1, 4);
    }

    [Fact]
    public async Task Create_FailureForATime_IsOver()
    {
        var request = new { model = $"gpt-4o+fail=429+retry=7+times=1+id={Guid.CreateVersion7()}", messages = _prompt };
        using var limited = await sandbox.Client.PostAsJsonAsync("/v1/chat/completions", request, Cancellation);

        Assert.Equal(429, (int)limited.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(7), limited.Headers.RetryAfter!.Delta);
        var (status, body) = await sandbox.PostAsync("/v1/chat/completions", request);
        Assert.Equal(200, status);
        Assert.Equal("gpt-4o", body.GetProperty("model").GetString());
    }

    [Theory]
    [InlineData("gpt-4o+fail=500", 500, "server_error")]
    [InlineData("gpt-4o+fail=503", 503, "server_error")]
    [InlineData("gpt-4o+paace=3", 400, "invalid_request_error")]
    [InlineData("gpt-5", 404, "invalid_request_error")]
    public async Task Create_NameThatFails_AnswersInOpenAisShape(string model, int status, string type)
    {
        var (answered, body) = await sandbox.PostAsync("/v1/chat/completions", new { model, messages = _prompt });
        Assert.Equal((status, type), (answered, body.GetProperty("error").GetProperty("type").GetString()!));
    }

    [Fact]
    public async Task Create_Hang_AnswersNothingUntilTheClientLeaves()
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var answer = sandbox.Client.PostAsJsonAsync("/v1/chat/completions", new { model = "gpt-4o+fail=hang", messages = _prompt }, patience.Token);
        // The next call is served, so the one before it was heard and waits.
        await sandbox.PostAsync("/v1/chat/completions", new { model = "gpt-4o", messages = _prompt });
        Assert.False(answer.IsCompleted);

        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answer);
    }

    [Fact]
    public async Task Stream_Cut_BreaksTheConnectionAfterSoManyPieces()
    {
        using var stream = await OpenAsync(new { model = "gpt-4o+tokens=20+cut=3", stream = true, messages = _prompt });
        var lines = new List<string>();
        await Assert.ThrowsAnyAsync<IOException>(async () =>
        {
            while (await stream.ReadLineAsync(Cancellation) is { } line)
                lines.Add(line);
        });
        Assert.Equal(3, lines.Count(line => line.Contains("word", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Stream_Malformed_SendsAFrameThatIsNoJson()
    {
        var frames = await FramesAsync(new { model = "gpt-4o+tokens=20+fail=malformed", stream = true, messages = _prompt });
        Assert.ThrowsAny<JsonException>(() => JsonDocument.Parse(frames[^1]));
    }

    [Fact]
    public async Task Stream_TokensAndPace_GivesSoManyPieces()
    {
        var frames = await FramesAsync(new { model = "gpt-4o+ttft=5ms+pace=1000+tokens=25", stream = true, messages = _prompt });
        Assert.Equal(25, frames.Count(frame => frame.Contains("word ", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("0", 0)]
    [InlineData("none", null)]
    public async Task Create_UsageKnob_HidesTheUsage(string knob, int? tokens)
    {
        var (_, body) = await sandbox.PostAsync("/v1/chat/completions", new { model = $"gpt-4o+usage={knob}", messages = _prompt });
        Assert.Equal(tokens, body.TryGetProperty("usage", out var usage) ? usage.GetProperty("total_tokens").GetInt32() : null);
    }

    private async Task<List<string>> FramesAsync(object request)
    {
        using var stream = await OpenAsync(request);
        var frames = new List<string>();
        while (await stream.ReadLineAsync(Cancellation) is { } line)
        {
            if (line.StartsWith("data: ", StringComparison.Ordinal))
                frames.Add(line["data: ".Length..]);
        }
        return frames;
    }

    private async Task<StreamReader> OpenAsync(object request)
    {
        var message = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions") { Content = JsonContent.Create(request) };
        var response = await sandbox.Client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, Cancellation);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        return new StreamReader(await response.Content.ReadAsStreamAsync(Cancellation));
    }
}
