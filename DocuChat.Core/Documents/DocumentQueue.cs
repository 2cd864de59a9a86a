using DocuChat.Core.Persistence;
using JasperFx;
using JasperFx.CodeGeneration;
using JasperFx.Resources;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using Wolverine;
using Wolverine.EntityFrameworkCore;
using Wolverine.Postgresql;

namespace DocuChat.Core.Documents;

/// <summary>
/// Wolverine, set up as this system uses it: a PostgreSQL queue beside the documents and an outbox in their transaction. It carries wake-up
/// calls only (<see cref="DocumentQueued"/>), so everything of Wolverine's that watches over messages (inbox, nodes, leader election) is off.
/// </summary>
public static class DocumentQueue
{
    /// <summary>Schema of Wolverine's own tables.</summary>
    public const string Schema = "wolverine";

    /// <summary>
    /// Lets a service send: registers <see cref="DocumentIntake"/> and <see cref="DocumentEvents"/>. It listens to nothing.
    /// Needs <see cref="PersistenceRegistration.AddPersistence"/> and a Redis client.
    /// </summary>
    public static void AddDocumentIntake(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<DocumentEvents>();
        builder.Services.AddScoped<DocumentIntake>();
        // A wake-up call that its sender could not hand over is handed over by a listening service.
        builder.Services.AddWolverine(ExtensionDiscovery.ManualOnly, options =>
            {
                Configure(options, AutoCreate.None, agent: false);
                options.PublishMessage<DocumentQueued>().ToPostgresqlQueue(DocumentQueued.Queue).UseDurableOutbox();
                // It handles nothing, so nothing has to be compiled at start.
                options.CodeGeneration.TypeLoadMode = TypeLoadMode.Static;
            });
    }

    /// <summary>
    /// Lets a service listen: <typeparamref name="THandler"/> (a Wolverine handler of <see cref="DocumentQueued"/>) is called for each message.
    /// Needs <see cref="PersistenceRegistration.AddPersistence"/>.
    /// </summary>
    /// <param name="builder">The service.</param>
    public static void AddDocumentListener<THandler>(this IHostApplicationBuilder builder) =>
        builder.Services.AddWolverine(
            ExtensionDiscovery.ManualOnly,
            options =>
            {
                Configure(options, AutoCreate.None, agent: true);
                // Its handler was compiled with it (`codegen write`): a compiler in the process would take 160 MB.
                options.CodeGeneration.TypeLoadMode = TypeLoadMode.Static;
                options.ApplicationAssembly = typeof(THandler).Assembly;
                options.Discovery.IncludeType<THandler>();
                // A wake-up call that is lost costs seconds, because workers look for themselves too: no inbox.
                options.ListenToPostgresqlQueue(DocumentQueued.Queue).BufferedInMemory().PollingInterval(TimeSpan.FromSeconds(1));
            }
        );

    /// <summary>
    /// Builds or updates Wolverine's schema and grants it to the services' roles. For the migrator: services never change a schema. Repeating
    /// it is harmless.
    /// </summary>
    /// <param name="connectionString">A connection as the owner of the database.</param>
    /// <param name="cancellationToken">Ends the work between two steps.</param>
    /// <exception cref="NpgsqlException">The database cannot be reached or refuses the change.</exception>
    public static async Task BuildSchemaAsync(string connectionString, CancellationToken cancellationToken)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddSingleton(source);
        builder.Services.AddWolverine(ExtensionDiscovery.ManualOnly,
            options =>
            {
                Configure(options, AutoCreate.CreateOrUpdate, agent: false);
                options.ListenToPostgresqlQueue(DocumentQueued.Queue);
            }
        );
        using (var host = builder.Build())
            await host.SetupResources(cancellationToken);

        await using var grant = source.CreateCommand(
            $"""
            grant usage on schema {Schema} to {DatabaseRole.App}, {DatabaseRole.Operator};
            grant select, insert, update, delete on all tables in schema {Schema} to {DatabaseRole.App}, {DatabaseRole.Operator};
            grant usage on all sequences in schema {Schema} to {DatabaseRole.App}, {DatabaseRole.Operator};
            """
        );
        await grant.ExecuteNonQueryAsync(cancellationToken);
    }

    private static void Configure(WolverineOptions options, AutoCreate autoCreate, bool agent)
    {
        options.Discovery.DisableConventionalDiscovery();
        options.UseEntityFrameworkCoreTransactions();
        options.AutoBuildMessageStorageOnStartup = autoCreate;
        options
            .PersistMessagesWithPostgresqlUsingDataSourceFromContainer(services => services.GetRequiredService<NpgsqlDataSource>(), Schema)
            .OverrideAutoCreateResources(autoCreate)
            .EnableCommandQueues(false)
            .EnableMessageTransport(transport =>
            {
                transport.TransportSchemaName(Schema).EnableQueueNotifications();
                if (autoCreate != AutoCreate.None)
                    transport.AutoProvision();
            });
        // Every node for itself: no elections, no assignments, no control queue that is polled each second.
        options.Durability.Mode = DurabilityMode.Solo;
        options.Durability.DurabilityAgentEnabled = agent;
        options.Durability.DurabilityMetricsEnabled = false;
    }
}
