namespace DocuChat.AppHost.Infrastructure;

/// <summary>
/// The configuration that Prometheus runs with here: <c>deploy/prometheus/local.yml</c> with the addresses of this run in it.
/// </summary>
internal static class PrometheusConfiguration
{
    /// <summary>Where the rules are.</summary>
    public static string Folder(Settings settings) => Path.Combine(settings.Clone, "deploy", "prometheus");

    /// <summary>Writes it and returns its path.</summary>
    /// <param name="settings">The ports of this run.</param>
    /// <param name="host">How Prometheus reaches the services.</param>
    /// <param name="rules">The folder of the rules, as Prometheus sees it.</param>
    public static string Write(Settings settings, string host, string rules)
    {
        var text = File.ReadAllText(Path.Combine(Folder(settings), "local.yml"));
        foreach (var service in (string[])[ResourceNames.Api, ResourceNames.Ingestion, ResourceNames.Billing, ResourceNames.Web, ResourceNames.Sandbox])
            text = text.Replace($"{service}:http", $"{host}:{settings.Port(service)}", StringComparison.Ordinal);
        var file = Path.Combine(settings.State, "prometheus.yml");
        Directory.CreateDirectory(settings.State);
        File.WriteAllText(file, text.Replace("rules/", $"{rules}/", StringComparison.Ordinal));
        return file;
    }
}
