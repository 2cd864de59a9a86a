using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace DocuChat.ServiceDefaults;

/// <summary>
/// Whose word counts on where a call came from (<c>X-Forwarded-For</c>): this machine's and that of the networks in <c>TRUSTED_PROXIES</c>, such as
/// <c>10.0.0.0/8,192.168.0.0/16</c>. Anybody else could claim another address at each try of a password.
/// </summary>
internal static class TrustedProxies
{
    private const string Key = "TRUSTED_PROXIES";

    public static void AddTrustedProxies(this IHostApplicationBuilder builder)
    {
        var networks = (builder.Configuration[Key] ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(Parse).ToList();
        builder.Services.Configure<ForwardedHeadersOptions>(options =>
        {
            options.ForwardedHeaders = ForwardedHeaders.XForwardedFor;
            // An ingress, then Web, then Api: as many hops as are trusted.
            options.ForwardLimit = null;
            foreach (var network in networks)
                options.KnownIPNetworks.Add(network);
        });
    }

    private static System.Net.IPNetwork Parse(string text) =>
        System.Net.IPNetwork.TryParse(text, out var network)
            ? network
            : throw new OptionsValidationException(Key, typeof(ForwardedHeadersOptions), [$"{Key}: {text} is no network. Give networks such as 10.0.0.0/8,192.168.0.0/16."]);
}
