using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace DocuChat.ServiceDefaults;

/// <summary>Lets an operator name Redis as they do elsewhere: <c>REDIS_URL=redis://user:password@host:6379/0</c> (or <c>rediss://</c> for TLS).</summary>
public static class RedisUrl
{
    private const string Key = "ConnectionStrings:redis";

    /// <summary>Fills the connection string <c>redis</c> from <c>REDIS_URL</c>, where it is not given itself.</summary>
    /// <exception cref="InvalidOperationException"><c>REDIS_URL</c> is no Redis address; the message names the key and the form.</exception>
    internal static void AddRedisUrl(this IHostApplicationBuilder builder)
    {
        if (string.IsNullOrEmpty(builder.Configuration[Key]) && builder.Configuration["REDIS_URL"] is { Length: > 0 } url)
            builder.Configuration[Key] = ToConnectionString(url);
    }

    /// <summary>The form that StackExchange.Redis reads: <c>host:port,user=…,password=…,defaultDatabase=…,ssl=…</c>.</summary>
    /// <exception cref="InvalidOperationException">The URL is no Redis address.</exception>
    public static string ToConnectionString(string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme is not ("redis" or "rediss") || uri.Host.Length == 0)
            throw new InvalidOperationException("REDIS_URL is no Redis address: expected redis://host:6379/0, or rediss:// for TLS.");

        var parts = new List<string> { $"{uri.Host}:{(uri.Port > 0 ? uri.Port : 6379)}" };
        var user = uri.UserInfo.Split(':', 2).Select(Uri.UnescapeDataString).ToArray();
        if (user[0].Length > 0)
            parts.Add($"user={user[0]}");
        if (user.Length > 1)
            parts.Add($"password={user[1]}");
        if (uri.AbsolutePath.Trim('/') is { Length: > 0 } database)
            parts.Add(int.TryParse(database, out var number) ? $"defaultDatabase={number}" : throw new InvalidOperationException("REDIS_URL names a database that is no number: expected redis://host:6379/0."));
        if (uri.Scheme == "rediss")
            parts.Add("ssl=true");
        return string.Join(',', parts);
    }
}
