namespace DocuChat.Benchmarks;

/// <summary>What the command line says.</summary>
/// <param name="Database">A server to make a throw-away database on, by a superuser's connection string.</param>
/// <param name="Redis">A Redis server that may be written to, for benchmarks that start the Api.</param>
/// <param name="Data">Folder of the collections.</param>
/// <param name="WithPeers">Whether to run other products beside ours; npm gets them.</param>
/// <param name="Names">The rest: sets, sizes.</param>
internal sealed record BenchmarkArguments(string Database, string Redis, string Data, bool WithPeers, IReadOnlyList<string> Names)
{
    /// <summary>Where the collections are when the command line does not say.</summary>
    public static string DataFolder => Environment.GetEnvironmentVariable("DOCUCHAT_DATA") ?? Path.Combine("..", "shared", "data");

    public static BenchmarkArguments Parse(IReadOnlyList<string> args)
    {
        var database = Environment.GetEnvironmentVariable("ConnectionStrings__docuchat");
        var data = DataFolder;
        var redis = Environment.GetEnvironmentVariable("ConnectionStrings__redis") ?? "127.0.0.1:6379";
        var withPeers = false;
        var names = new List<string>();
        for (var i = 0; i < args.Count; i++)
        {
            switch (args[i])
            {
                case "--database":
                    database = args[++i];
                    break;
                case "--redis":
                    redis = args[++i];
                    break;
                case "--data":
                    data = args[++i];
                    break;
                case "--peers":
                    withPeers = true;
                    break;
                default:
                    names.Add(args[i]);
                    break;
            }
        }
        return new BenchmarkArguments(database ?? throw new InvalidOperationException("Name a PostgreSQL server with --database, or in ConnectionStrings__docuchat."), redis, data, withPeers, names);
    }
}
