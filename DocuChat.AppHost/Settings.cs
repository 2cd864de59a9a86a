using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Memory;

namespace DocuChat.AppHost;

/// <summary>
/// What an operator may set, by the names that operators know, from the environment or the <c>.env</c> of the clone; and what is made up
/// once and kept under <c>.data</c> where nothing is set.
/// </summary>
internal sealed class Settings
{
    /// <summary>The other port of <see cref="ResourceNames.Mail"/>, where e-mail is handed in.</summary>
    public const string Smtp = "smtp";

    private static readonly Dictionary<string, int> _usualPorts = new()
    {
        [ResourceNames.Web] = 3000,
        [ResourceNames.Api] = 8000,
        [ResourceNames.Ingestion] = 8001,
        [ResourceNames.Billing] = 8002,
        [ResourceNames.Sandbox] = 8003,
        [ResourceNames.Postgres] = 5432,
        [ResourceNames.Redis] = 6379,
        [ResourceNames.Prometheus] = 9090,
        [ResourceNames.Grafana] = 3001,
        [ResourceNames.Mail] = 5080,
        [Smtp] = 2525,
    };

    private readonly ConfigurationManager _configuration;
    private readonly Dictionary<string, int> _ports = [];

    public Settings(IDistributedApplicationBuilder builder)
    {
        Publish = builder.ExecutionContext.IsPublishMode;
        Clone = Path.GetDirectoryName(builder.AppHostDirectory)!;
        // First, so that the environment wins.
        DotEnv = AppHost.DotEnv.Read(Path.Combine(Clone, ".env"));
        builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource { InitialData = DotEnv.Select(line => KeyValuePair.Create(line.Key.Replace("__", ":", StringComparison.Ordinal), line.Value)) });
        _configuration = builder.Configuration;
        State = this["DOCUCHAT_STATE"] ?? Path.Combine(Clone, ".data");
    }

    /// <summary>The model is written to a manifest, nothing is started.</summary>
    public bool Publish { get; }

    /// <summary>The working copy.</summary>
    public string Clone { get; }

    /// <summary>Where a run keeps its data, logs and secrets: <c>.data</c> of the clone, or <c>DOCUCHAT_STATE</c>.</summary>
    public string State { get; }

    /// <summary>Names this clone's data where several clones share a place.</summary>
    public string Id => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(State)))[..16];

    /// <summary>The ports that are in use, by the name of the part.</summary>
    public IReadOnlyDictionary<string, int> Ports => _ports;

    /// <summary>What the <c>.env</c> of the clone says, by the names of environment variables.</summary>
    public IReadOnlyDictionary<string, string?> DotEnv { get; }

    /// <summary>The value of a key, or null when it is unset or empty.</summary>
    public string? this[string key] => _configuration[key] is { Length: > 0 } value ? value : null;

    /// <summary>
    /// The port of a part: <c>DOCUCHAT_{NAME}_PORT</c>, a random one where <c>DOCUCHAT_PORTS</c> is <c>random</c>, else the usual one.
    /// When publishing there is none: in the cluster each part has an address of its own.
    /// </summary>
    /// <exception cref="StartException">The port is no number, is wanted twice, or somebody listens on it.</exception>
    public int? Port(string name)
    {
        if (Publish)
            return null;
        if (_ports.TryGetValue(name, out var known))
            return known;

        var key = $"DOCUCHAT_{name.ToUpperInvariant()}_PORT";
        var port = _usualPorts[name];
        if (this[key] is { } value && !(int.TryParse(value, CultureInfo.InvariantCulture, out port) && port is > 0 and < 65536))
            throw new StartException($"{key} is '{value}': give it a port number, 1 to 65535.");
        if (this[key] is null && this["DOCUCHAT_PORTS"] == "random")
            port = RandomPort();
        if (_ports.FirstOrDefault(other => other.Value == port) is { Key: { } other })
            throw new StartException($"Port {port} is wanted for {other} and for {name}: set {key} to another port.");
        if (IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Any(listener => listener.Port == port))
            throw new StartException($"Port {port}, wanted for {name}, is taken: stop what listens there, or set {key} to another port.");
        return _ports[name] = port;
    }

    /// <summary>A secret that is made at random the first time and kept in a file that only its owner reads.</summary>
    public string Secret(string name)
    {
        var file = Path.Combine(State, name);
        if (File.Exists(file))
            return File.ReadAllText(file).Trim();
        var secret = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        WritePrivate(file, secret);
        return secret;
    }

    /// <summary>Writes a file that only its owner reads.</summary>
    public static void WritePrivate(string file, string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var writer = new StreamWriter(file, options);
        writer.Write(content);
    }

    private static int RandomPort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

/// <summary>Why the system cannot start, in one line that says what to do.</summary>
internal sealed class StartException(string message) : Exception(message);
