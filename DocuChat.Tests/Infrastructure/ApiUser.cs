using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using DocuChat.Core.Documents;
using DocuChat.Core.Retrieval;
using DocuChat.Core.Text;
using Xunit;

namespace DocuChat.Tests.Infrastructure;

/// <summary>Somebody who registered, signed in, and so has a tenant of their own.</summary>
public sealed class ApiUser : IDisposable
{
    private readonly ApiFactory _api;

    private ApiUser(ApiFactory api, HttpClient client, Guid userId, Guid tenantId, string slug)
    {
        _api = api;
        Client = client;
        UserId = userId;
        TenantId = tenantId;
        Slug = slug;
    }

    /// <summary>Carries their access token; its addresses are relative to /api/v1/.</summary>
    public HttpClient Client { get; }

    public Guid UserId { get; }

    public Guid TenantId { get; }

    public string Slug { get; }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static async Task<ApiUser> RegisterAsync(ApiFactory api)
    {
        var client = new HttpClient { BaseAddress = new Uri(api.Address, "api/v1/") };
        var name = $"user-{Guid.CreateVersion7():n}";
        using var response = await client.PostAsJsonAsync("auth/register", new { email = $"{name}@example.com", password = "password123", full_name = name }, Stop);
        response.EnsureSuccessStatusCode();
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>(Stop);
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", answer.GetProperty("access_token").GetString());
        var tenant = answer.GetProperty("tenant");
        return new ApiUser(api, client, answer.GetProperty("user").GetProperty("id").GetGuid(), tenant.GetProperty("id").GetGuid(), tenant.GetProperty("slug").GetString()!);
    }

    /// <summary>Stores a document that is ready, with one chunk a passage, as ingestion would leave it.</summary>
    public async Task<Guid> StoreAsync(string name, params string[] passages)
    {
        var text = string.Join("\n\n", passages);
        var document = new Document
        {
            TenantId = TenantId,
            Name = name,
            ContentType = "text/plain",
            Bytes = text.Length,
            Sha256 = System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(name + text)),
            Status = DocumentStatus.Ready,
            PublishedVersion = 1,
            Chunks = passages.Length,
            UploadedBy = UserId,
            CreatedAt = TimeProvider.System.GetUtcNow(),
            QueuedAt = TimeProvider.System.GetUtcNow(),
        };
        await using (var context = _api.Database.Context(TenantId))
        {
            context.Documents.Add(document);
            context.DocumentTexts.Add(new DocumentText { TenantId = TenantId, DocumentId = document.Id, Version = 1, Text = text });
            await context.SaveChangesAsync(Stop);
        }

        var chunks = new List<NewChunk>();
        foreach (var passage in passages)
        {
            var start = text.IndexOf(passage, StringComparison.Ordinal);
            chunks.Add(new NewChunk(chunks.Count, null, null, start, start + passage.Length, passage, LanguageDetector.Detect(passage), null));
        }
        await using var connection = await _api.Database.App.OpenConnectionAsync(Stop);
        await using var transaction = await connection.BeginTransactionAsync(Stop);
        await ChunkWriter.ReplaceAsync(connection, transaction, new ChunkBatch { TenantId = TenantId, DocumentId = document.Id, Version = 1, ModelId = 1, Title = name }, chunks, Stop);
        await transaction.CommitAsync(Stop);
        return document.Id;
    }

    /// <summary>Asks for a stream and reads it to its end; <paramref name="seen"/> is told each event's type as it comes.</summary>
    public async Task<IReadOnlyList<(string Event, JsonElement Data)>> StreamAsync(object question, Action<string>? seen = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "chat") { Content = JsonContent.Create(question) };
        using var response = await Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Stop);
        response.EnsureSuccessStatusCode();
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        var events = new List<(string Event, JsonElement Data)>();
        await foreach (var @event in EventsAsync(await response.Content.ReadAsStreamAsync(Stop)))
        {
            events.Add(@event);
            seen?.Invoke(@event.Event);
        }
        return events;
    }

    /// <summary>The events of a stream, as they come.</summary>
    public static async IAsyncEnumerable<(string Event, JsonElement Data)> EventsAsync(Stream stream)
    {
        await foreach (var item in System.Net.ServerSentEvents.SseParser.Create(stream).EnumerateAsync(Stop))
            yield return (item.EventType, JsonSerializer.Deserialize<JsonElement>(item.Data));
    }

    /// <summary>The values of a metric's series of this user's tenant, by the rest of their labels as they stand in the text.</summary>
    public async Task<IReadOnlyDictionary<string, double>> MetricAsync(string name)
    {
        var text = await Client.GetStringAsync(new Uri("metrics", UriKind.Relative), Stop);
        var tenant = $"tenant=\"{Slug}\"";
        return text.Split('\n')
            .Where(line => line.StartsWith(name + "{", StringComparison.Ordinal) && line.Contains(tenant, StringComparison.Ordinal))
            .Select(line => (Labels: line[(name.Length + 1)..line.LastIndexOf('}')], Value: line[(line.LastIndexOf('}') + 2)..].Split(' ')[0]))
            .ToDictionary(
                line => string.Join(',', line.Labels.Split(',').Where(label => label != tenant).Order(StringComparer.Ordinal)),
                line => double.Parse(line.Value, System.Globalization.CultureInfo.InvariantCulture)
            );
    }

    public void Dispose() => Client.Dispose();
}
