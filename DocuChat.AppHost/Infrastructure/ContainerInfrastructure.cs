using Microsoft.Extensions.DependencyInjection;

namespace DocuChat.AppHost.Infrastructure;

/// <summary>Pinned images, with volumes that outlive a run. In the manifest they become what Kubernetes runs.</summary>
internal static class ContainerInfrastructure
{
    public static SystemInfrastructure Add(IDistributedApplicationBuilder builder, Settings settings)
    {
        var (postgres, database) = AddPostgres(builder, settings);
        var (redisServer, redis) = AddRedis(builder, settings);
        var prometheus = AddPrometheus(builder, settings);
        AddGrafana(builder, settings, prometheus);
        return new SystemInfrastructure
        {
            Database = database,
            // In the cluster a Secret holds the connections.
            Logins = postgres is null || builder.ExecutionContext.IsPublishMode ? [] : RoleLogin.Both(builder, settings, Server(postgres)),
            Postgres = postgres,
            Redis = redis,
            RedisServer = redisServer,
            Prometheus = prometheus?.GetEndpoint("http"),
            Smtp = AddMail(builder, settings),
        };
    }

    private static (IResourceBuilder<PostgresServerResource>?, IResourceBuilder<PostgresDatabaseResource>?) AddPostgres(IDistributedApplicationBuilder builder, Settings settings)
    {
        if (settings["DATABASE_URL"] is not null)
            return (null, null);
        // Kept beside the volume that it opens; in the cluster it is given.
        var password = builder.ExecutionContext.IsPublishMode
            ? builder.AddParameter("postgres-password", secret: true)
            : builder.AddParameter("postgres-password", settings.Secret("postgres-password"), secret: true);
        var postgres = builder
            .AddPostgres(ResourceNames.Postgres, password: password, port: settings.Port(ResourceNames.Postgres))
            .WithImage("pgvector/pgvector", "pg16")
            .WithDataVolume(Volume(settings, ResourceNames.Postgres));
        return (postgres, postgres.AddDatabase(ResourceNames.Database));
    }

    private static ReferenceExpression Server(IResourceBuilder<PostgresServerResource> postgres) =>
        ReferenceExpression.Create($"Host={postgres.Resource.PrimaryEndpoint.Property(EndpointProperty.Host)};Port={postgres.Resource.PrimaryEndpoint.Property(EndpointProperty.Port)}");

    // Plain, as the native one: only this machine, or what the cluster's policies allow, reaches it. Aspire's own Redis resource would ask for a
    // certificate, and its connection string is one that a manifest cannot carry to Kubernetes.
    private static (IResourceBuilder<IResource>?, IResourceBuilder<IResourceWithConnectionString>?) AddRedis(IDistributedApplicationBuilder builder, Settings settings)
    {
        if (settings["REDIS_URL"] is not null)
            return (null, null);
        var port = settings.Port(ResourceNames.Redis);
        var server = builder
            .AddContainer(ResourceNames.Redis, "redis", "7-alpine")
            .WithArgs("--appendonly", "yes")
            .WithEndpoint(port: port, targetPort: 6379, name: "tcp")
            .WithVolume(Volume(settings, ResourceNames.Redis), "/data");
        if (builder.ExecutionContext.IsRunMode)
        {
            builder.Services.AddHealthChecks().AddRedis($"localhost:{port}", name: "redis-answers");
            server.WithHealthCheck("redis-answers");
        }
        var endpoint = server.GetEndpoint("tcp");
        var address = ReferenceExpression.Create($"{endpoint.Property(EndpointProperty.Host)}:{endpoint.Property(EndpointProperty.Port)}");
        return (server, builder.AddConnectionString("redis-connection", address));
    }

    private static IResourceBuilder<ContainerResource>? AddPrometheus(IDistributedApplicationBuilder builder, Settings settings)
    {
        if (settings["PROMETHEUS_URL"] is not null)
            return null;
        var prometheus = builder
            .AddContainer(ResourceNames.Prometheus, "prom/prometheus", "v3.5.0")
            .WithHttpEndpoint(port: settings.Port(ResourceNames.Prometheus), targetPort: 9090)
            .WithHttpHealthCheck("/-/ready")
            .WithVolume(Volume(settings, ResourceNames.Prometheus), "/prometheus");
        // The cluster's configuration is a ConfigMap of the overlay; a bind mount would be lost on the way there.
        if (builder.ExecutionContext.IsRunMode)
            prometheus
                .WithBindMount(PrometheusConfiguration.Write(settings, host: "host.docker.internal", rules: "/etc/prometheus/rules"), "/etc/prometheus/prometheus.yml", isReadOnly: true)
                .WithBindMount(PrometheusConfiguration.Folder(settings), "/etc/prometheus/rules", isReadOnly: true)
                .WithContainerRuntimeArgs("--add-host", "host.docker.internal:host-gateway");
        return prometheus;
    }

    private static void AddGrafana(IDistributedApplicationBuilder builder, Settings settings, IResourceBuilder<ContainerResource>? prometheus)
    {
        var grafana = builder
            .AddContainer(ResourceNames.Grafana, "grafana/grafana", "12.1.0")
            .WithHttpEndpoint(port: settings.Port(ResourceNames.Grafana), targetPort: 3000)
            .WithHttpHealthCheck("/api/health")
            .WithVolume(Volume(settings, ResourceNames.Grafana), "/var/lib/grafana");
        if (builder.ExecutionContext.IsPublishMode)
            return;
        grafana
            .WithEnvironment("GF_SECURITY_ADMIN_PASSWORD", builder.AddParameter("grafana-password", settings["GRAFANA_ADMIN_PASSWORD"] ?? settings.Secret("grafana-password"), secret: true))
            .WithEnvironment("PROMETHEUS_URL", prometheus is null ? ReferenceExpression.Create($"{settings["PROMETHEUS_URL"]}") : ReferenceExpression.Create($"{prometheus.GetEndpoint("http")}"));
        grafana.WithBindMount(Path.Combine(settings.Clone, "deploy", "grafana"), "/etc/grafana/provisioning", isReadOnly: true);
    }

    private static EndpointReference? AddMail(IDistributedApplicationBuilder builder, Settings settings)
    {
        // Never deployed: a cluster sends real mail.
        if (builder.ExecutionContext.IsPublishMode || settings["SMTP_URL"] is not null)
            return null;
        return builder
            .AddContainer(ResourceNames.Mail, "rnwood/smtp4dev", "3.15.0")
            .WithEnvironment("ServerOptions__ImapPort", "")
            .WithEnvironment("ServerOptions__Pop3Port", "")
            .WithHttpEndpoint(port: settings.Port(ResourceNames.Mail), targetPort: 80)
            .WithEndpoint(port: settings.Port(Settings.Smtp), targetPort: 25, name: "smtp", scheme: "smtp")
            .WithHttpHealthCheck("/api/server")
            .GetEndpoint("smtp");
    }

    // Named for this clone, so that `make reset` finds them and another clone does not.
    private static string Volume(Settings settings, string resource) => settings.Publish ? $"docuchat-{resource}" : $"docuchat-{settings.Id}-{resource}";
}
