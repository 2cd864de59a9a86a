using System.ComponentModel;
using System.Diagnostics;

namespace DocuChat.Benchmarks.Ingestion;

/// <summary>What a program of the machine prints.</summary>
internal static class ProgramOutput
{
    /// <returns>Its standard output, or null when it is not installed.</returns>
    public static async Task<string?> OfAsync(string program, IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        Process? process;
        try
        {
            process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true });
        }
        catch (Win32Exception)
        {
            return null;
        }
        using (process)
        {
            var errors = process!.StandardError.ReadToEndAsync(cancellationToken);
            var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
            await errors;
            await process.WaitForExitAsync(cancellationToken);
            return output;
        }
    }
}
