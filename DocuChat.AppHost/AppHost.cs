using DocuChat.AppHost;
using DocuChat.AppHost.Infrastructure;

// The whole system on a page: what it stands on, the outside world, the services, the pages. How a service is wired stands in Wiring.cs.
try
{
    var builder = DistributedApplication.CreateBuilder(Defaults.Of(args));
    var settings = new Settings(builder);

    // PostgreSQL with pgvector, Redis, Prometheus, a mail sink: containers, programs of this machine, or the cluster's.
    var infrastructure = builder.AddInfrastructure(settings);

    // Models and a payment gateway for a machine that has no keys. Null where there are keys, and always when publishing.
    var sandbox = builder.AddSandbox(settings);

    // The schema, once, before the services. In Kubernetes a Job does it.
    var migrate = builder.AddMigration(settings, infrastructure);

    var api = builder
        .AddService<Projects.DocuChat_Api>(ResourceNames.Api, settings)
        .WithDatabase(infrastructure, migrate)
        .WithRedis(infrastructure)
        .WithModels(settings, sandbox)
        .WithSigningKey(settings)
        .WithMail(infrastructure)
        .WithPayments(settings, sandbox);
    api.WithPublicUrl(settings, api);

    builder
        .AddService<Projects.DocuChat_Ingestion>(ResourceNames.Ingestion, settings)
        .WithDatabase(infrastructure, migrate)
        .WithRedis(infrastructure)
        .WithModels(settings, sandbox);

    var billing = builder
        .AddService<Projects.DocuChat_Billing>(ResourceNames.Billing, settings)
        .WithDatabase(infrastructure, migrate, RoleLogin.Operator)
        // Pay links are signed with it as well.
        .WithSigningKey(settings)
        .WithPublicUrl(settings, api)
        .WithPrometheus(infrastructure)
        .WithMail(infrastructure)
        .WithPayments(settings, sandbox);

    // Web knows only the Api, and Redis for its own keys. It does not wait for the Api: it starts while the schema is migrated.
    var web = builder
        .AddService<Projects.DocuChat_Web>(ResourceNames.Web, settings)
        .WithRedis(infrastructure)
        .WithReference(api);
    api.WithWebUrl(settings, web);
    billing.WithWebUrl(settings, web);

    builder.AddRunState(settings);
    await builder.Build().RunAsync();
    return Environment.ExitCode;
}
catch (StartException reason)
{
    await Console.Error.WriteLineAsync($"docuchat: {reason.Message}");
    return 1;
}
