using StackExchange.Redis;

namespace DocuChat.Web.Session;

/// <summary>Reads Redis' address in the forms that operators have.</summary>
internal static class RedisAddress
{
    /// <summary>
    /// <c>redis://[[user]:password@]host[:port][/database]</c>, <c>rediss://…</c> (TLS), or StackExchange.Redis' own
    /// <c>host:port,password=…</c>.
    /// </summary>
    /// <exception cref="FormatException">It is none of these; the message names the setting and the mend.</exception>
    public static ConfigurationOptions Parse(string address, string setting)
    {
        var options = address.StartsWith("redis://", StringComparison.OrdinalIgnoreCase) || address.StartsWith("rediss://", StringComparison.OrdinalIgnoreCase)
            ? FromUri(address, setting)
            : ConfigurationOptions.Parse(address);
        // Redis may come later than we do, and may go and come back.
        options.AbortOnConnectFail = false;
        return options;
    }

    private static ConfigurationOptions FromUri(string address, string setting)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Host.Length == 0)
            throw new FormatException($"{setting} is no address of a Redis server. Write it as redis://host:6379/0.");

        var options = new ConfigurationOptions { Ssl = uri.Scheme.Equals("rediss", StringComparison.OrdinalIgnoreCase) };
        options.EndPoints.Add(uri.Host, uri.IsDefaultPort || uri.Port < 0 ? 6379 : uri.Port);
        if (uri.UserInfo.Split(':', 2) is [var user, var password])
        {
            options.User = user.Length == 0 ? null : Uri.UnescapeDataString(user);
            options.Password = Uri.UnescapeDataString(password);
        }
        var database = uri.AbsolutePath.Trim('/');
        if (database.Length > 0)
            options.DefaultDatabase = int.TryParse(database, out var number) ? number : throw new FormatException($"{setting} names the database '{database}'; it must be a number, as in redis://host:6379/0.");
        return options;
    }
}
