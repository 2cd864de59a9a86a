using DocuChat.AppHost.Infrastructure;

namespace DocuChat.AppHost;

/// <summary>How services are given what they need. WithReference is configuration, WaitFor is order; each method states both.</summary>
internal static class Wiring
{
    /// <summary>The model that the Sandbox embeds with.</summary>
    private const string SandboxEmbedding = "all-MiniLM-L6-v2";

    /// <summary>Adds a service with one plain HTTP endpoint and the settings of the clone's <c>.env</c>.</summary>
    public static IResourceBuilder<ProjectResource> AddService<TProject>(this IDistributedApplicationBuilder builder, string name, Settings settings)
        where TProject : IProjectMetadata, new()
    {
        var service = builder
            .AddBuiltProject<TProject>(name)
            // Service discovery by environment variables; anything more is nothing that a manifest can carry to Kubernetes.
            .WithReferenceEnvironment(ReferenceEnvironmentInjectionFlags.ConnectionString | ReferenceEnvironmentInjectionFlags.ServiceDiscovery);
        if (builder.ExecutionContext.IsPublishMode)
            return service.WithHttpEndpoint(targetPort: 8080);

        foreach (var (key, value) in settings.DotEnv)
            service.WithEnvironment(key, value);
        return service
            // The service itself listens on the port: no proxy in between.
            .WithHttpEndpoint(port: settings.Port(name), isProxied: false)
            .WithHttpHealthCheck("/health")
            .WithFrugalRuntime();
    }

    /// <summary>The stand-in for models and payments, where a key of either is missing.</summary>
    public static IResourceBuilder<ProjectResource>? AddSandbox(this IDistributedApplicationBuilder builder, Settings settings) =>
        builder.ExecutionContext.IsPublishMode || (HasModels(settings) && settings["ZIBAL_API_KEY"] is not null)
            ? null
            : builder.AddService<Projects.DocuChat_Sandbox>(ResourceNames.Sandbox, settings);

    /// <summary>The migrator: the Api's own program, which brings the schema to its version and ends.</summary>
    public static IResourceBuilder<ProjectResource>? AddMigration(this IDistributedApplicationBuilder builder, Settings settings, SystemInfrastructure infrastructure)
    {
        if (builder.ExecutionContext.IsPublishMode)
            return null;
        var migrate = builder.AddBuiltProject<Projects.DocuChat_Api>(ResourceNames.Migrate).WithArgs("migrate").WithFrugalRuntime();
        foreach (var (key, value) in settings.DotEnv)
            migrate.WithEnvironment(key, value);
        if (infrastructure.Database is { } database)
            migrate.WithReference(database);
        foreach (var login in infrastructure.Logins)
            migrate.WithEnvironment(login.PasswordSetting, login.Password);
        if (infrastructure.Postgres is { } postgres)
            migrate.WaitFor(postgres);
        return migrate;
    }

    /// <summary>The database, signed in to as <paramref name="role"/> where the system runs it itself.</summary>
    public static IResourceBuilder<ProjectResource> WithDatabase(
        this IResourceBuilder<ProjectResource> service,
        SystemInfrastructure infrastructure,
        IResourceBuilder<ProjectResource>? migrate,
        string role = RoleLogin.App
    )
    {
        if ((infrastructure.Logins.FirstOrDefault(login => login.Role == role)?.Database ?? infrastructure.Database) is { } database)
            service.WithReference(database, connectionName: ResourceNames.Database);
        return migrate is null ? service : service.WaitForCompletion(migrate);
    }

    public static IResourceBuilder<ProjectResource> WithRedis(this IResourceBuilder<ProjectResource> service, SystemInfrastructure infrastructure)
    {
        if (infrastructure.Redis is { } redis)
            service.WithReference(redis, connectionName: ResourceNames.Redis);
        return infrastructure.RedisServer is { } server ? service.WaitFor(server) : service;
    }

    /// <summary>Models by OpenAI's protocol: the operator's own, or the Sandbox. When publishing, the overlay's Secret names them.</summary>
    public static IResourceBuilder<ProjectResource> WithModels(this IResourceBuilder<ProjectResource> service, Settings settings, IResourceBuilder<ProjectResource>? sandbox)
    {
        if (sandbox is null || HasModels(settings))
            return service;
        return service
            .WithEnvironment("OPENAI_BASE_URL", ReferenceExpression.Create($"{sandbox.GetEndpoint("http")}/v1"))
            .WithEnvironment("OPENAI_API_KEY", "sandbox")
            .WithEnvironment("Models__Embedding__Name", SandboxEmbedding)
            .WithEnvironment("Models__Embedding__Dimensions", "384")
            .WithEnvironment("Models__Embedding__Languages__0", "en")
            .WaitFor(sandbox);
    }

    /// <summary>Payments by Zibal's protocol. Where it is set, ZIBAL_API_KEY reaches the service by its own name.</summary>
    public static IResourceBuilder<ProjectResource> WithPayments(this IResourceBuilder<ProjectResource> service, Settings settings, IResourceBuilder<ProjectResource>? sandbox) =>
        sandbox is null || settings["ZIBAL_API_KEY"] is not null
            ? service
            : service.WithEnvironment("ZIBAL_BASE_URL", sandbox.GetEndpoint("http")).WaitFor(sandbox);

    /// <summary>JWT_SECRET: the operator's, or one that is made once and kept. When publishing, the overlay's Secret names it.</summary>
    public static IResourceBuilder<ProjectResource> WithSigningKey(this IResourceBuilder<ProjectResource> service, Settings settings) =>
        service.ApplicationBuilder.ExecutionContext.IsPublishMode
            ? service
            : service.WithEnvironment("JWT_SECRET", settings["JWT_SECRET"] ?? settings.Secret("jwt-secret"));

    /// <summary>PUBLIC_URL, where links in e-mails and the gateway's callback lead: the operator's, else the Api on this machine.</summary>
    public static IResourceBuilder<ProjectResource> WithPublicUrl(this IResourceBuilder<ProjectResource> service, Settings settings, IResourceBuilder<ProjectResource> api) =>
        service.ApplicationBuilder.ExecutionContext.IsPublishMode || settings["PUBLIC_URL"] is not null ? service : service.WithEnvironment("PUBLIC_URL", api.GetEndpoint("http"));

    /// <summary>WEB_URL, where answers to browsers and e-mails lead people to the pages: the operator's, else the Web on this machine.</summary>
    public static IResourceBuilder<ProjectResource> WithWebUrl(this IResourceBuilder<ProjectResource> service, Settings settings, IResourceBuilder<ProjectResource> web) =>
        service.ApplicationBuilder.ExecutionContext.IsPublishMode || settings["WEB_URL"] is not null ? service : service.WithEnvironment("WEB_URL", web.GetEndpoint("http"));

    public static IResourceBuilder<ProjectResource> WithMail(this IResourceBuilder<ProjectResource> service, SystemInfrastructure infrastructure) =>
        infrastructure.Smtp is { } smtp
            ? service.WithEnvironment("SMTP_URL", ReferenceExpression.Create($"smtp://{smtp.Property(EndpointProperty.Host)}:{smtp.Property(EndpointProperty.Port)}"))
            : service;

    public static IResourceBuilder<ProjectResource> WithPrometheus(this IResourceBuilder<ProjectResource> service, SystemInfrastructure infrastructure) =>
        infrastructure.Prometheus is { } prometheus ? service.WithEnvironment("PROMETHEUS_URL", ReferenceExpression.Create($"{prometheus}")) : service;

    /// <summary>
    /// Settings of the runtime for many services on one machine. A small heap matters more than the last bit of throughput; and methods are
    /// compiled once more, optimised, when two seconds have brought no new ones, because all services start at once and wait for each
    /// other's compilers: with the usual tenth of a second a start takes a third more of processor time.
    /// </summary>
    public static IResourceBuilder<TResource> WithFrugalRuntime<TResource>(this IResourceBuilder<TResource> resource)
        where TResource : IResourceWithEnvironment =>
        resource
            .WithEnvironment("DOTNET_gcServer", "0")
            .WithEnvironment("DOTNET_gcConcurrent", "0")
            .WithEnvironment("DOTNET_GCConserveMemory", "5")
            // Hexadecimal, like every number that the runtime reads from its environment: 2,000 ms.
            .WithEnvironment("DOTNET_TC_CallCountingDelayMs", "7D0");

    private static bool HasModels(Settings settings) => settings["OPENAI_API_KEY"] is not null || settings["OPENAI_BASE_URL"] is not null;
}
