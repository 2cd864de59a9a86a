using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using DocuChat.Api.Auth;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;

namespace DocuChat.Api.RateLimits;

/// <summary>The limits by name, and what a refused caller hears.</summary>
internal static class RateLimiting
{
    /// <summary>By user and by tenant.</summary>
    public const string Questions = "questions";

    /// <summary>By user and by tenant.</summary>
    public const string Uploads = "uploads";

    /// <summary>By address, because nobody is known yet.</summary>
    public const string SignIns = "sign_ins";

    /// <summary>What a problem of this kind is called, whatever its words are.</summary>
    public const string ProblemType = "urn:docuchat:problem:rate-limited";

    public static void AddRateLimits(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<RateLimitOptions>().BindConfiguration(RateLimitOptions.Section).ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<RateLimitOptions>, RateLimitOptionsValidator>();
        builder.Services.AddSingleton<RateLimitMetrics>();
        builder.Services.AddSingleton<TokenBuckets>();
        builder.Services.AddRateLimiter(limiter =>
        {
            limiter.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            limiter.OnRejected = RefuseAsync;
            limiter.AddPolicy(Questions, context => OfCaller(context, Questions, options => options.Questions));
            limiter.AddPolicy(Uploads, context => OfCaller(context, Uploads, options => options.Uploads));
            limiter.AddPolicy(SignIns, context => OfAddress(context, SignIns, options => options.SignIns));
        });
    }

    /// <summary>Limits the endpoint by the limit of this name.</summary>
    public static RouteHandlerBuilder RequireRateLimit(this RouteHandlerBuilder endpoint, string name) => endpoint.RequireRateLimiting(name).ProducesProblem(StatusCodes.Status429TooManyRequests);

    private static RateLimitPartition<string> OfCaller(HttpContext context, string name, Func<RateLimitOptions, CallerLimits> limits)
    {
        var user = context.RequestServices.GetRequiredService<CurrentUser>();
        var (tenantId, userId) = (user.TenantId, user.UserId);
        // The braces put both into one slot of a Redis cluster.
        return Partition(context, $"{name}:{{{tenantId}}}:{userId}", options => [new Bucket($"{name}:{{{tenantId}}}", limits(options).Tenant), new Bucket($"{name}:{{{tenantId}}}:{userId}", limits(options).User)]);
    }

    private static RateLimitPartition<string> OfAddress(HttpContext context, string name, Func<RateLimitOptions, AddressLimits> limits)
    {
        var key = $"{name}:{NetworkOf(context.Connection.RemoteIpAddress)}";
        return Partition(context, key, options => [new Bucket(key, limits(options).Address)]);
    }

    private static RateLimitPartition<string> Partition(HttpContext context, string key, Func<RateLimitOptions, IReadOnlyList<Bucket>> buckets)
    {
        var services = context.RequestServices;
        var (store, options) = (services.GetRequiredService<TokenBuckets>(), services.GetRequiredService<IOptions<RateLimitOptions>>().Value);
        return RateLimitPartition.Get(key, _ => new SharedLimiter(store, buckets(options)));
    }

    // Whoever has one IPv6 address has the 2⁶⁴ of its network.
    private static string NetworkOf(IPAddress? address) =>
        address switch
        {
            null => "unknown",
            { IsIPv4MappedToIPv6: true } => address.MapToIPv4().ToString(),
            { AddressFamily: AddressFamily.InterNetworkV6 } => Convert.ToHexStringLower(address.GetAddressBytes().AsSpan(0, 8)),
            _ => address.ToString(),
        };

    private static async ValueTask RefuseAsync(OnRejectedContext rejected, CancellationToken cancellationToken)
    {
        var context = rejected.HttpContext;
        var limit = context.GetEndpoint()?.Metadata.GetMetadata<EnableRateLimitingAttribute>()?.PolicyName ?? "";
        context.RequestServices.GetRequiredService<RateLimitMetrics>().Refused(limit);
        var wait = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var asked) ? (long)Math.Ceiling(asked.TotalSeconds) : 1;
        context.Response.Headers.RetryAfter = wait.ToString(CultureInfo.InvariantCulture);
        await context
            .RequestServices.GetRequiredService<IProblemDetailsService>()
            .WriteAsync(
                new ProblemDetailsContext
                {
                    HttpContext = context,
                    ProblemDetails =
                    {
                        Status = StatusCodes.Status429TooManyRequests,
                        Type = ProblemType,
                        Title = "There were too many calls in a short time.",
                        Detail = string.Create(
                            CultureInfo.InvariantCulture,
                            $"Wait {wait} s (Retry-After) and send the call again. {(limit == SignIns ? "Sign-ins are limited by address." : "Calls are limited for each user and for each organisation.")}"
                        ),
                    },
                }
            );
    }
}
