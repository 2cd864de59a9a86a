using System.Globalization;
using Microsoft.Extensions.DependencyInjection;

namespace DocuChat.AppHost.Infrastructure;

/// <summary>
/// The same servers without a container engine: programs of this machine, each started by its script of <c>eng/native</c>, on loopback
/// only, with its data under <c>.data</c>. There is no Grafana; the Aspire dashboard and Prometheus' own page stand in.
/// </summary>
internal static class NativeInfrastructure
{
    public static SystemInfrastructure Add(IDistributedApplicationBuilder builder, Settings settings)
    {
        if (Scripts.Read(settings, "missing.sh") is { Length: > 0 } missing)
            throw new StartException($"this machine lacks {string.Join(", ", missing.Split('\n'))}: run make up, or eng/bootstrap.sh.");
        var (postgres, database) = AddPostgres(builder, settings);
        var (redisServer, redis) = AddRedis(builder, settings);
        return new SystemInfrastructure
        {
            Database = database,
            Logins = database is null ? [] : RoleLogin.Both(builder, settings, ReferenceExpression.Create($"Host=127.0.0.1;Port={Port(settings, ResourceNames.Postgres)}")),
            Postgres = postgres,
            Redis = redis,
            RedisServer = redisServer,
            Prometheus = AddPrometheus(builder, settings),
            Smtp = AddMail(builder, settings),
        };
    }

    private static (IResourceBuilder<IResource>?, IResourceBuilder<IResourceWithConnectionString>?) AddPostgres(IDistributedApplicationBuilder builder, Settings settings)
    {
        if (settings["DATABASE_URL"] is not null)
            return (null, null);
        var port = Port(settings, ResourceNames.Postgres);
        var password = settings.Secret("postgres-password");
        var connectionString = $"Host=127.0.0.1;Port={port};Username=postgres;Password={password};Database={ResourceNames.Database}";
        builder.Services.AddHealthChecks().AddNpgSql(connectionString, name: "postgres-answers");
        var postgres = builder
            .AddScript(ResourceNames.Postgres, settings, "postgres.sh", [settings.State, port])
            .WithEnvironment("POSTGRES_PASSWORD", builder.AddParameter("postgres-password", password, secret: true))
            .WithEndpoint(port: int.Parse(port, CultureInfo.InvariantCulture), name: "tcp", isProxied: false)
            .WithHealthCheck("postgres-answers");
        return (postgres, builder.AddConnectionString(ResourceNames.Database, ReferenceExpression.Create($"{connectionString}")));
    }

    private static (IResourceBuilder<IResource>?, IResourceBuilder<IResourceWithConnectionString>?) AddRedis(IDistributedApplicationBuilder builder, Settings settings)
    {
        if (settings["REDIS_URL"] is not null)
            return (null, null);
        var port = Port(settings, ResourceNames.Redis);
        var connectionString = $"127.0.0.1:{port}";
        builder.Services.AddHealthChecks().AddRedis(connectionString, name: "redis-answers");
        var server = builder
            .AddScript(ResourceNames.Redis, settings, "redis.sh", [Path.Combine(settings.State, "redis"), port])
            .WithEndpoint(port: int.Parse(port, CultureInfo.InvariantCulture), name: "tcp", isProxied: false)
            .WithHealthCheck("redis-answers");
        return (server, builder.AddConnectionString("redis-connection", ReferenceExpression.Create($"{connectionString}")));
    }

    private static EndpointReference? AddPrometheus(IDistributedApplicationBuilder builder, Settings settings)
    {
        if (settings["PROMETHEUS_URL"] is not null)
            return null;
        var port = Port(settings, ResourceNames.Prometheus);
        return builder
            .AddScript(
                ResourceNames.Prometheus,
                settings,
                "prometheus.sh",
                [Path.Combine(settings.State, "prometheus"), port, PrometheusConfiguration.Write(settings, host: "127.0.0.1", rules: PrometheusConfiguration.Folder(settings))]
            )
            .WithHttpEndpoint(port: int.Parse(port, CultureInfo.InvariantCulture), isProxied: false)
            .WithHttpHealthCheck("/-/ready")
            .GetEndpoint("http");
    }

    private static EndpointReference? AddMail(IDistributedApplicationBuilder builder, Settings settings)
    {
        if (settings["SMTP_URL"] is not null)
            return null;
        var page = Port(settings, ResourceNames.Mail);
        var smtp = Port(settings, Settings.Smtp);
        return builder
            .AddScript(ResourceNames.Mail, settings, "mail.sh", [Path.Combine(settings.State, "mail"), page, smtp])
            .WithHttpEndpoint(port: int.Parse(page, CultureInfo.InvariantCulture), isProxied: false)
            .WithEndpoint(port: int.Parse(smtp, CultureInfo.InvariantCulture), name: "smtp", scheme: "smtp", isProxied: false)
            .WithHttpHealthCheck("/api/server")
            .GetEndpoint("smtp");
    }

    private static IResourceBuilder<ExecutableResource> AddScript(this IDistributedApplicationBuilder builder, string name, Settings settings, string script, object[] arguments) =>
        builder.AddExecutable(name, Path.Combine(settings.Clone, "eng", "native", script), settings.Clone, arguments);

    private static string Port(Settings settings, string name) => settings.Port(name)!.Value.ToString(CultureInfo.InvariantCulture);
}
