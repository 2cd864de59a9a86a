using System.Globalization;
using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Text.Json;

namespace DocuChat.Tests.Api.Chat;

/// <summary>An answer's events as a client reads them: the number, the kind, what it carries.</summary>
internal static class AnswerStream
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Asks, reads up to the first citation, and goes away.</summary>
    public static async Task<(Guid Id, IReadOnlyList<(int Id, string Type, JsonElement Data)> Seen)> AskUntilCitationAsync(HttpClient client)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "chat") { Content = JsonContent.Create(new { message = "How many days of paid leave?", stream = true }) };
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Stop);
        var seen = new List<(int Id, string Type, JsonElement Data)>();
        await foreach (var @event in EventsAsync(response))
        {
            seen.Add(@event);
            if (@event.Type == "citation")
                break;
        }
        return (seen[0].Data.GetProperty("message_id").GetGuid(), seen);
    }

    /// <summary>Reads on after an event, to the end.</summary>
    public static async IAsyncEnumerable<(int Id, string Type, JsonElement Data)> ReadAsync(HttpClient client, Guid id, int after = 0)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"chat/{id}/events") { Headers = { { "Last-Event-ID", after.ToString(CultureInfo.InvariantCulture) } } };
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Stop);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        await foreach (var @event in EventsAsync(response))
            yield return @event;
    }

    private static async IAsyncEnumerable<(int Id, string Type, JsonElement Data)> EventsAsync(HttpResponseMessage response)
    {
        await foreach (var item in SseParser.Create(await response.Content.ReadAsStreamAsync(Stop)).EnumerateAsync(Stop))
            yield return (int.Parse(item.EventId!, CultureInfo.InvariantCulture), item.EventType, JsonSerializer.Deserialize<JsonElement>(item.Data));
    }
}
