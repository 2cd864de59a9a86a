using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using StackExchange.Redis;

namespace DocuChat.ServiceDefaults;

/// <summary>Redis for a service that starts without it, tells how it is without it, and goes on with it when it comes.</summary>
public static class RedisRegistration
{
    private const string ConnectionName = "redis";

    /// <summary>Adds an <see cref="IConnectionMultiplexer"/> and the health check <c>redis</c>.</summary>
    /// <param name="builder">The service.</param>
    /// <param name="whenAway">What the service is while Redis is away: <see cref="HealthStatus.Degraded"/> where it still does its work, so that no probe takes it out of service.</param>
    /// <exception cref="InvalidOperationException">Redis has no address.</exception>
    public static void AddRedis(this IHostApplicationBuilder builder, HealthStatus whenAway)
    {
        if (string.IsNullOrWhiteSpace(builder.Configuration.GetConnectionString(ConnectionName)))
            throw new InvalidOperationException("Redis has no address. Set REDIS_URL, for example to redis://localhost:6379/0; the AppHost does it by itself.");
        // Redis may come later than we do, and may go and come back.
        builder.AddRedisClient(ConnectionName, settings => settings.DisableHealthChecks = true, options => options.AbortOnConnectFail = false);
        builder.Services.AddHealthChecks().AddCheck<RedisHealthCheck>("redis", whenAway);
    }

    private sealed class RedisHealthCheck(IConnectionMultiplexer redis) : IHealthCheck
    {
        // A probe waits no longer.
        private static readonly TimeSpan _patience = TimeSpan.FromSeconds(2);

        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            try
            {
                await redis.GetDatabase().PingAsync().WaitAsync(_patience, cancellationToken);
                return HealthCheckResult.Healthy();
            }
            catch (Exception exception) when (exception is RedisException or TimeoutException)
            {
                return new HealthCheckResult(context.Registration.FailureStatus, "Redis does not answer.", exception);
            }
        }
    }
}
