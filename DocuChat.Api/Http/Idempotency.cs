using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using DocuChat.Api.Auth;
using StackExchange.Redis;

namespace DocuChat.Api.Http;

/// <summary>
/// <c>Idempotency-Key</c>: an unsafe call that is repeated with the same key gets the first answer again and does nothing twice
/// (draft-ietf-httpapi-idempotency-key-header). Answers are kept in Redis for a day. A stream is not kept: it is resumed, not repeated.
/// </summary>
internal sealed partial class Idempotency(IConnectionMultiplexer redis, IProblemDetailsService problems, ILogger<Idempotency> logger)
{
    private const string Header = "Idempotency-Key";
    private const int MaximumKeyLength = 200;
    private const int MaximumBodyBytes = 256 * 1024;
    private const string Running = "running";
    private static readonly TimeSpan Kept = TimeSpan.FromHours(24);

    /// <summary>Longest that a call may run before its key is free again, should its process die.</summary>
    private static readonly TimeSpan RunningAtMost = TimeSpan.FromMinutes(10);

    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (!Applies(context, out var key))
        {
            await next(context);
            return;
        }

        var database = redis.GetDatabase();
        RedisKey name = NameOf(context, key);
        try
        {
            if (!await database.StringSetAsync(name, Running, RunningAtMost, When.NotExists))
            {
                await RepeatAsync(context, await database.StringGetAsync(name));
                return;
            }
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException)
        {
            // Better to serve the call than to refuse it; the database's own keys still keep the worst from happening twice.
            LogUnavailable(logger, exception);
            await next(context);
            return;
        }

        await RunAsync(context, next, database, name);
    }

    private static bool Applies(HttpContext context, out string key)
    {
        key = context.Request.Headers[Header].ToString();
        return key.Length is > 0 and <= MaximumKeyLength
            && context.User.Identity?.IsAuthenticated == true
            && context.GetEndpoint()?.Metadata.GetMetadata<ShownOnce>() is null
            && !(HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method) || HttpMethods.IsOptions(context.Request.Method));
    }

    // The whole of who asks for what goes into the name, hashed: a key of one caller is nothing to another.
    private static string NameOf(HttpContext context, string key)
    {
        var user = context.RequestServices.GetRequiredService<CurrentUser>();
        var whole = $"{user.TenantId}\n{user.UserId}\n{context.Request.Method}\n{context.Request.Path}\n{key}";
        return $"idempotency:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(whole)))}";
    }

    private async Task RepeatAsync(HttpContext context, RedisValue kept)
    {
        if (kept.IsNullOrEmpty || kept == Running)
        {
            context.Response.StatusCode = StatusCodes.Status409Conflict;
            await problems.WriteAsync(
                new ProblemDetailsContext
                {
                    HttpContext = context,
                    ProblemDetails = { Status = StatusCodes.Status409Conflict, Title = "A call with this Idempotency-Key is still running.", Detail = "Wait for it, then repeat the call to get its answer." },
                }
            );
            return;
        }

        var answer = JsonSerializer.Deserialize<KeptAnswer>((string)kept!)!;
        context.Response.StatusCode = answer.Status;
        context.Response.ContentType = answer.ContentType;
        context.Response.Headers["Idempotency-Replayed"] = "true";
        await context.Response.Body.WriteAsync(answer.Body, context.RequestAborted);
    }

    private async Task RunAsync(HttpContext context, RequestDelegate next, IDatabase database, RedisKey name)
    {
        var outer = context.Response.Body;
        await using var copy = new CopyingStream(outer, MaximumBodyBytes);
        context.Response.Body = copy;
        var keep = false;
        try
        {
            await next(context);
            // A failure of ours may be tried again with the same key.
            keep = context.Response.StatusCode < 500 && copy.Copy is not null && context.Response.ContentType?.StartsWith("text/event-stream", StringComparison.Ordinal) != true;
        }
        finally
        {
            context.Response.Body = outer;
            await KeepAsync(database, name, keep ? new KeptAnswer(context.Response.StatusCode, context.Response.ContentType, copy.Copy!) : null);
        }
    }

    private async Task KeepAsync(IDatabase database, RedisKey name, KeptAnswer? answer)
    {
        try
        {
            if (answer is null)
                await database.KeyDeleteAsync(name);
            else
                await database.StringSetAsync(name, JsonSerializer.Serialize(answer), Kept);
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException)
        {
            // The caller has the answer; its key frees itself.
            LogUnavailable(logger, exception);
        }
    }

    private sealed record KeptAnswer(int Status, string? ContentType, byte[] Body);

    [LoggerMessage(1, LogLevel.Warning, "Redis does not answer; a call with an Idempotency-Key runs without its protection.")]
    private static partial void LogUnavailable(ILogger logger, Exception exception);
}

/// <summary>Marks an endpoint whose answer holds a secret that is shown once: such an answer is stored nowhere.</summary>
internal sealed class ShownOnce
{
    public static readonly ShownOnce Instance = new();
}
