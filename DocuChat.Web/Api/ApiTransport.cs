using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using DocuChat.Web.Session;

namespace DocuChat.Web.Api;

/// <summary>
/// Every call to the Api in the name of the signed-in person: puts the access token on it, renews the token once when the Api refuses it,
/// and turns refusals into <see cref="ApiException"/>, <see cref="ApiUnavailableException"/> and <see cref="SignInExpiredException"/>.
/// </summary>
internal sealed class ApiTransport(HttpClient http, CurrentSession session, AccessTokens tokens)
{
    /// <summary>For the head of an answer, and for the whole of a short one. A stream or an upload may last as long as it needs.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public Task<T> GetAsync<T>(string path, CancellationToken ct) => SendAsync<T>(HttpMethod.Get, path, null, ct);

    public async Task<T> SendAsync<T>(HttpMethod method, string path, object? body, CancellationToken ct)
    {
        using var patience = Patient(ct);
        try
        {
            using var response = await SendAsync(() => Request(method, path, body), patience.Token);
            return await response.Content.ReadFromJsonAsync<T>(WireJson.Options, patience.Token)
                ?? throw new ApiUnavailableException($"The Api answered {path} with nothing.");
        }
        catch (Exception exception) when (IsBroken(exception, ct))
        {
            throw new ApiUnavailableException($"The Api's answer to {path} broke off.", exception);
        }
    }

    public async Task SendAsync(HttpMethod method, string path, object? body, CancellationToken ct)
    {
        using var patience = Patient(ct);
        using var response = await SendAsync(() => Request(method, path, body), patience.Token);
    }

    /// <summary>The body as text.</summary>
    public async Task<string> GetTextAsync(string path, CancellationToken ct)
    {
        using var response = await SendAsync(() => Request(HttpMethod.Get, path, null), ct);
        return await response.Content.ReadAsStringAsync(ct);
    }

    /// <summary>Server-sent events, as they come.</summary>
    /// <param name="method">GET, or POST with a body.</param>
    /// <param name="path">Under <c>/api/v1</c>.</param>
    /// <param name="body">Sent as JSON.</param>
    /// <param name="lastEventId">Where a lost stream is taken up.</param>
    /// <param name="ct">Ends the stream.</param>
    public async IAsyncEnumerable<SseItem<string>> StreamAsync(HttpMethod method, string path, object? body, string? lastEventId, [EnumeratorCancellation] CancellationToken ct)
    {
        using var response = await SendAsync(() => ForEvents(Request(method, path, body), lastEventId), ct);
        await using var stream = await response.Content.ReadAsStreamAsync(ct);
        await using var events = SseParser.Create(stream).EnumerateAsync(ct).GetAsyncEnumerator(ct);
        while (await NextAsync(events, path, ct))
            yield return events.Current;
    }

    /// <summary>
    /// Sends what <paramref name="request"/> makes (it is called again for the second try, so a body that can be read only once must
    /// be sent with <paramref name="tries"/> 1). The answer is a successful one, or this throws.
    /// </summary>
    public async Task<HttpResponseMessage> SendAsync(Func<HttpRequestMessage> request, CancellationToken ct, int tries = 2)
    {
        var id = await session.GetIdAsync() ?? throw new SignInExpiredException();
        string? refused = null;
        for (var attempt = 1; ; attempt++)
        {
            var token = await tokens.GetAsync(id, refused, ct);
            using var message = request();
            message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            var response = await ReachAsync(message, ct);
            if (response.IsSuccessStatusCode)
                return response;

            using (response)
            {
                if (response.StatusCode is HttpStatusCode.Unauthorized)
                {
                    if (attempt >= tries)
                        throw new SignInExpiredException();
                    refused = token;
                    continue;
                }
                throw await RefusalAsync(response, ct);
            }
        }
    }

    private async Task<HttpResponseMessage> ReachAsync(HttpRequestMessage message, CancellationToken ct)
    {
        try
        {
            return await http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, ct);
        }
        catch (HttpRequestException exception)
        {
            throw new ApiUnavailableException("The Api cannot be reached.", exception);
        }
    }

    /// <summary>What an answer other than 2xx means.</summary>
    internal static async Task<Exception> RefusalAsync(HttpResponseMessage response, CancellationToken ct)
    {
        var status = (int)response.StatusCode;
        var problem = await ProblemAsync(response, ct);
        return status is 502 or 503 or 504 && problem is null
            ? new ApiUnavailableException($"The Api answered {status}.")
            : new ApiException(status, problem ?? new ApiProblem(null, response.ReasonPhrase, status, null, null), response.Headers.RetryAfter?.Delta);
    }

    private static async Task<ApiProblem?> ProblemAsync(HttpResponseMessage response, CancellationToken ct)
    {
        if (response.Content.Headers.ContentType?.MediaType is not ("application/problem+json" or "application/json"))
            return null;
        try
        {
            // RFC 9457's own members are camel case where they have two words (traceId is the house's).
            return await response.Content.ReadFromJsonAsync<ApiProblem>(JsonSerializerOptions.Web, ct);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static HttpRequestMessage Request(HttpMethod method, string path, object? body) =>
        new(method, $"/api/v1{path}") { Content = body is null ? null : JsonContent.Create(body, body.GetType(), options: WireJson.Options) };

    private static HttpRequestMessage ForEvents(HttpRequestMessage request, string? lastEventId)
    {
        request.Headers.Accept.ParseAdd("text/event-stream");
        if (lastEventId is not null)
            request.Headers.Add("Last-Event-ID", lastEventId);
        return request;
    }

    private static async Task<bool> NextAsync(IAsyncEnumerator<SseItem<string>> events, string path, CancellationToken ct)
    {
        try
        {
            return await events.MoveNextAsync();
        }
        catch (Exception exception) when (IsBroken(exception, ct))
        {
            throw new ApiUnavailableException($"The stream of {path} broke off.", exception);
        }
    }

    private static CancellationTokenSource Patient(CancellationToken ct)
    {
        var source = CancellationTokenSource.CreateLinkedTokenSource(ct);
        source.CancelAfter(Patience);
        return source;
    }

    // A time limit of ours ends as OperationCanceledException too; the caller's own cancellation stays what it is.
    private static bool IsBroken(Exception exception, CancellationToken caller) =>
        exception is IOException or HttpRequestException or JsonException || (exception is OperationCanceledException && !caller.IsCancellationRequested);
}
