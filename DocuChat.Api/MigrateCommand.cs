using DocuChat.Core.Persistence;

namespace DocuChat.Api;

/// <summary>
/// <c>DocuChat.Api migrate</c>: brings the schema to this build's version as the database's owner, and ends. It runs once, before the
/// services; running it again changes nothing.
/// </summary>
internal static class MigrateCommand
{
    public static async Task<int> RunAsync(string[] args, CancellationToken cancellationToken)
    {
        var builder = Host.CreateApplicationBuilder(args);
        var connectionString = builder.AddPersistence(role: null);
        builder.Services.AddSingleton(TimeProvider.System).AddSingleton<RoleLogins>().AddSingleton<Migrator>();
        using var host = builder.Build();
        await host.Services.GetRequiredService<Migrator>().MigrateAsync(connectionString, cancellationToken);
        return 0;
    }
}
