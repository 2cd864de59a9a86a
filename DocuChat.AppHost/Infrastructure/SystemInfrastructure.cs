using System.Diagnostics;

namespace DocuChat.AppHost.Infrastructure;

/// <summary>
/// What the services stand on. Names, connection strings and ports are the same in each way of running, so that no service knows which
/// one it runs in. What an operator brings (DATABASE_URL, REDIS_URL, SMTP_URL, PROMETHEUS_URL) is null here, and reaches the services by
/// its own name.
/// </summary>
internal sealed record SystemInfrastructure
{
    /// <summary>The database <c>docuchat</c>, as its owner: for migrations.</summary>
    public IResourceBuilder<IResourceWithConnectionString>? Database { get; init; }

    /// <summary>The same database as roles that own nothing. Empty where the operator gives the connections: they say themselves who signs in.</summary>
    public IReadOnlyList<RoleLogin> Logins { get; init; } = [];

    /// <summary>The server that the database lies in: healthy before anything connects.</summary>
    public IResourceBuilder<IResource>? Postgres { get; init; }

    public IResourceBuilder<IResourceWithConnectionString>? Redis { get; init; }

    /// <summary>The server behind <see cref="Redis"/>: healthy before anything connects.</summary>
    public IResourceBuilder<IResource>? RedisServer { get; init; }

    public EndpointReference? Prometheus { get; init; }

    /// <summary>The mail sink: takes every e-mail, sends none.</summary>
    public EndpointReference? Smtp { get; init; }
}

/// <summary>A role of the services (Core's DatabaseRole) that signs in for itself: the migrator gives it this password, its services get the connection.</summary>
internal sealed record RoleLogin(string Role, string PasswordSetting, IResourceBuilder<ParameterResource> Password, IResourceBuilder<IResourceWithConnectionString> Database)
{
    public const string App = "docuchat_app";
    public const string Operator = "docuchat_operator";

    /// <param name="builder">The system.</param>
    /// <param name="settings">Keeps the passwords.</param>
    /// <param name="server">The connection string's beginning, up to the user.</param>
    public static IReadOnlyList<RoleLogin> Both(IDistributedApplicationBuilder builder, Settings settings, ReferenceExpression server)
    {
        return [Of(App, "app", "Database__AppPassword"), Of(Operator, "operator", "Database__OperatorPassword")];

        RoleLogin Of(string role, string name, string setting)
        {
            var parameter = $"postgres-{name}-password";
            var password = builder.AddParameter(parameter, settings.Secret(parameter), secret: true);
            var connection = ReferenceExpression.Create($"{server};Username={role};Password={password};Database={ResourceNames.Database}");
            return new RoleLogin(role, setting, password, builder.AddConnectionString($"{ResourceNames.Database}-{name}", connection));
        }
    }
}

internal static class InfrastructureSelection
{
    /// <summary>
    /// The one place that chooses the way to run. Publishing knows containers only; on a developer's machine it is
    /// <c>eng/infrastructure.sh</c> that says whether a container engine answers, for <c>make</c> and for this program alike.
    /// </summary>
    public static SystemInfrastructure AddInfrastructure(this IDistributedApplicationBuilder builder, Settings settings) =>
        builder.ExecutionContext.IsPublishMode || OperatingSystem.IsWindows() || Ask(settings) == "containers"
            ? ContainerInfrastructure.Add(builder, settings)
            : NativeInfrastructure.Add(builder, settings);

    private static string Ask(Settings settings) =>
        settings["DOCUCHAT_INFRASTRUCTURE"] switch
        {
            null => Scripts.Read(settings, "infrastructure.sh"),
            "containers" => "containers",
            "native" => "native",
            var other => throw new StartException($"DOCUCHAT_INFRASTRUCTURE is '{other}': make it containers or native, or unset it."),
        };
}

internal static class Scripts
{
    /// <summary>What a script of <c>eng</c> prints.</summary>
    public static string Read(Settings settings, string script)
    {
        using var process = Process.Start(new ProcessStartInfo(Path.Combine(settings.Clone, "eng", script)) { RedirectStandardOutput = true })!;
        return process.StandardOutput.ReadToEnd().Trim();
    }
}
