using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using DocuChat.AppHost;
using DocuChat.Tests.Api;

namespace DocuChat.Tests.AppHost;

/// <summary>The whole system as a newcomer starts it, walked from registration to metrics over its public API.</summary>
[Collection(RunningSystem.Collection)]
public sealed class WalkTests(RunningSystem system)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Walk_FromRegistrationToACitedAnswerItsUsageAndItsMetrics()
    {
        using var client = system.CreateClient(ResourceNames.Api);
        var slug = await RegisterAsync(client);
        await UploadAndWaitAsync(
            client,
            ("Warranty.pdf", WalkDocuments.Pdf("Warranty", "The warranty of the Zephyr lamp lasts 37 months from the day of delivery. It covers the bulb and the stand.")),
            ("Canteen.docx", WalkDocuments.Docx("The canteen opens at half past eleven. On Thursdays it serves lentil soup and fresh bread.")),
            ("پارکینگ.txt", Encoding.UTF8.GetBytes("پارکینگ ساختمان از ساعت هفت صبح تا نه شب باز است. هزینهٔ ماهانهٔ پارکینگ ۴۵۰ هزار تومان است."))
        );

        var english = await AskAsync(client, "How long does the warranty of the Zephyr lamp last?");
        AssertCites(english, "Warranty.pdf", "37 months");
        Assert.Equal(1, english.GetProperty("citations")[0].GetProperty("page").GetInt32());
        AssertCites(await AskAsync(client, "When does the canteen open?"), "Canteen.docx", "half past eleven");
        // Typed with an Arabic keyboard: ي and ك.
        AssertCites(await AskAsync(client, "هزينه ماهانه پاركينگ چقدر است؟"), "پارکینگ.txt", "۴۵۰");

        var usage = await client.GetStringAsync("api/v1/usage", Token);
        Assert.Contains("gpt-4o", usage, StringComparison.Ordinal);
        var receipt = english.GetProperty("receipt");
        Assert.Equal((receipt.GetProperty("tokens_in").GetInt32() + receipt.GetProperty("tokens_out").GetInt32()) * 20m / 1000m, receipt.GetProperty("cost_tomans").GetDecimal());

        var metrics = await client.GetStringAsync("api/v1/metrics", Token);
        Assert.True(Value(metrics, "openai_tokens_total", $"tenant=\"{slug}\"", "direction=\"in\"", "model=\"gpt-4o\"") > 0);
        Assert.Equal(3, Value(metrics, "rag_query_total", $"tenant=\"{slug}\""));
        Assert.Equal(0, Value(metrics, "ml_fallback_total", $"tenant=\"{slug}\"", "from_model=\"gpt-4o\"", "to_model=\"gpt-4o-mini\""));
        // Read from the table every few seconds.
        while (Value(metrics, "document_chunks_total", $"tenant=\"{slug}\"") < 3)
        {
            await Task.Delay(TimeSpan.FromSeconds(1), Token);
            metrics = await client.GetStringAsync("api/v1/metrics", Token);
        }
        Assert.Contains("http_request_duration_seconds_bucket{", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ask_WhatTheDocumentsDoNotSay_IsRefusedWithoutCitations()
    {
        using var client = system.CreateClient(ResourceNames.Api);
        await RegisterAsync(client);
        await UploadAndWaitAsync(client, ("Garden.md", "# Garden\n\nRoses are cut back in March, before the first leaves."u8.ToArray()));
        var answer = await AskAsync(client, "What is the boiling point of tungsten hexafluoride?");
        Assert.False(answer.GetProperty("grounded").GetBoolean());
        Assert.Equal(0, answer.GetProperty("citations").GetArrayLength());
    }

    private static async Task<string> RegisterAsync(HttpClient client)
    {
        using var response = await client.PostJsonAsync("api/v1/auth/register", new { email = ApiCalls.NewEmail(), password = ApiCalls.Password, full_name = "Walker" });
        var registered = await response.JsonAsync();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", registered.GetProperty("access_token").GetString());
        return registered.GetProperty("tenant").GetProperty("slug").GetString()!;
    }

    private static async Task UploadAndWaitAsync(HttpClient client, params (string Name, byte[] Content)[] files)
    {
        using var uploaded = await client.UploadAsync(files);
        Assert.Equal(HttpStatusCode.Accepted, uploaded.StatusCode);
        for (; ; await Task.Delay(TimeSpan.FromMilliseconds(200), Token))
        {
            var documents = (await client.GetJsonAsync("api/v1/documents")).GetProperty("items").EnumerateArray().ToArray();
            Assert.All(documents, document => Assert.True(document.GetProperty("status").GetString() is not ("failed" or "cancelled"), document.GetRawText()));
            if (documents.Length == files.Length && documents.All(document => document.GetProperty("status").GetString() == "ready"))
                return;
        }
    }

    private static async Task<JsonElement> AskAsync(HttpClient client, string question)
    {
        using var response = await client.PostJsonAsync("api/v1/chat", new { message = question, stream = false });
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.JsonAsync();
    }

    private static void AssertCites(JsonElement answer, string document, string words)
    {
        Assert.True(answer.GetProperty("grounded").GetBoolean(), answer.GetRawText());
        Assert.Contains(words, answer.GetProperty("answer").GetString(), StringComparison.Ordinal);
        var citation = answer.GetProperty("citations")[0];
        Assert.Equal(document, citation.GetProperty("document_name").GetString());
        Assert.Contains(words, citation.GetProperty("quote").GetString(), StringComparison.Ordinal);
    }

    /// <summary>The sum of the samples of a metric that have all the labels.</summary>
    private static double Value(string metrics, string name, params string[] labels)
    {
        var samples = metrics.Split('\n').Where(line => line.StartsWith(name + "{", StringComparison.Ordinal) && labels.All(label => line.Contains(label, StringComparison.Ordinal))).ToArray();
        Assert.NotEmpty(samples);
        return samples.Sum(line => double.Parse(line[(line.LastIndexOf('}') + 1)..].Trim().Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture));
    }
}
