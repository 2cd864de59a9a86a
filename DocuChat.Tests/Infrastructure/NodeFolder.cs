using System.Diagnostics;

namespace DocuChat.Tests.Infrastructure;

/// <summary>A folder with a package.json of ours and scripts that use the clients it names, installed from npm.</summary>
public sealed class NodeFolder : IDisposable
{
    private readonly string _folder = TestServers.NewFolder("node");

    private NodeFolder() { }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Copies the files of a folder of the tests and installs the packages; skips the test where npm is missing or has them not.</summary>
    public static async Task<NodeFolder> InstallAsync(params string[] folder)
    {
        var node = new NodeFolder();
        Directory.CreateDirectory(node._folder);
        foreach (var file in Directory.EnumerateFiles(Repository.PathTo(["DocuChat.Tests", .. folder])))
            File.Copy(file, Path.Combine(node._folder, Path.GetFileName(file)));
        var installed = false;
        try
        {
            installed = (await node.StartAsync("npm", ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock"], [])).Code == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            // There is no npm.
        }
        if (!installed)
            node.Dispose();
        Assert.SkipUnless(installed, "npm is missing, or cannot get the clients.");
        return node;
    }

    /// <summary>Runs a script and gives what it printed; fails with its error output when it fails.</summary>
    public async Task<string> RunAsync(IEnumerable<string> arguments, params (string Name, string Value)[] environment)
    {
        var (code, output, error) = await StartAsync("node", arguments, environment);
        Assert.True(code == 0, error);
        return output;
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private async Task<(int Code, string Output, string Error)> StartAsync(string program, IEnumerable<string> arguments, IEnumerable<(string Name, string Value)> environment)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = _folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(Stop), process.StandardError.ReadToEndAsync(Stop));
        await process.WaitForExitAsync(Stop);
        return (process.ExitCode, await output, await error);
    }
}
