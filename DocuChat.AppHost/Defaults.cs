namespace DocuChat.AppHost;

/// <summary>
/// What Aspire wants to be told, so that the program needs no environment and no launch profile: the dashboard on loopback, open to
/// whoever is at this machine.
/// </summary>
internal static class Defaults
{
    private static readonly (string Key, string Value)[] _values =
    [
        ("ASPNETCORE_URLS", "http://localhost:18888"),
        ("ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL", "http://localhost:18889"),
        ("ASPIRE_ALLOW_UNSECURED_TRANSPORT", "true"),
        ("ASPIRE_DASHBOARD_UNSECURED_ALLOW_ANONYMOUS", "true"),
        // End only when what was started has ended: who starts it again at once must find its ports free.
        ("DcpPublisher:WaitForResourceCleanup", "true"),
    ];

    // Asked for the manifest, Aspire would go on to build and push images, for which nobody asked.
    private static readonly string[] _manifestOnly = ["--step", "publish-manifest"];

    /// <summary>The arguments, preceded by each default that the environment does not overrule.</summary>
    public static string[] Of(string[] args) =>
        [
            .. _values.Where(value => Environment.GetEnvironmentVariable(value.Key) is null).Select(value => $"--{value.Key}={value.Value}"),
            .. args,
            .. args.Contains("manifest") && !args.Contains("--step") ? _manifestOnly : [],
        ];
}
