using System.CommandLine;
using System.Globalization;
using DocuChat.Billing.Runs;
using DocuChat.Core.Persistence;
using Microsoft.Extensions.Options;
using Npgsql;

namespace DocuChat.Billing.Commands;

/// <summary>What operators type. Each command ends with 0 when it did what it was asked, 1 when something failed, 2 when it could not be asked for.</summary>
internal static class BillingCommands
{
    /// <summary>True unless the arguments only hold the worker's settings.</summary>
    public static bool IsCommand(string[] args) => args is [var first, ..] && (!first.StartsWith("--", StringComparison.Ordinal) || first is "--help" or "--version");

    /// <param name="args">The command line.</param>
    /// <param name="output">Where it writes.</param>
    /// <param name="configure">Changes the services, for tests.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<int> InvokeAsync(string[] args, TextWriter output, Action<HostApplicationBuilder>? configure = null, CancellationToken cancellationToken = default)
    {
        var commands = new Context(output, configure);
        var root = new RootCommand("Bills DocuChat's tenants. Without a command it runs as a worker.") { Run(commands), Verify(commands) };
        foreach (var command in InvoiceCommands.All(commands).Concat(PriceCommands.All(commands)))
            root.Add(command);
        return await root.Parse(args).InvokeAsync(new InvocationConfiguration { Output = output }, cancellationToken);
    }

    private static Command Run(Context commands)
    {
        var period = new Option<DateOnly?>("--period") { Description = "The last day to bill, such as 2026-11-23; yesterday by default. Days before it that were missed are billed too." };
        var tenant = new Option<string?>("--tenant") { Description = "The slug of the one tenant to bill." };
        var dryRun = new Option<bool>("--dry-run") { Description = "Compute and print everything, and keep nothing." };
        var run = new Command("run", "Closes every day that is not billed yet") { period, tenant, dryRun };
        run.SetAction(
            (arguments, cancellationToken) =>
                commands.WithAsync(
                    async services =>
                    {
                        var request = new RunRequest(arguments.GetValue(period), arguments.GetValue(tenant), arguments.GetValue(dryRun));
                        return (await services.GetRequiredService<BillingRun>().RunAsync(request, commands.Output, cancellationToken)).ExitCode;
                    },
                    cancellationToken
                )
        );
        return run;
    }

    private static Command Verify(Context commands)
    {
        var invoice = new Argument<long>("invoice") { Description = "The invoice's number." };
        var verify = new Command("verify", "Computes an invoice again, from the ledger alone") { invoice };
        verify.SetAction(
            (arguments, cancellationToken) =>
                commands.WithAsync(
                    async services =>
                    {
                        var findings = await services.GetRequiredService<InvoiceVerification>().VerifyAsync(arguments.GetValue(invoice), cancellationToken);
                        foreach (var line in findings.Lines)
                            await commands.Output.WriteLineAsync(line);
                        return findings.Holds ? 0 : 1;
                    },
                    cancellationToken
                )
        );
        return verify;
    }

    /// <summary>Builds a host without a server for one command.</summary>
    internal sealed class Context(TextWriter output, Action<HostApplicationBuilder>? configure)
    {
        public TextWriter Output { get; } = output;

        public Task SayAsync(FormattableString line) => Output.WriteLineAsync(line.ToString(CultureInfo.InvariantCulture));

        public async Task<int> WithAsync(Func<IServiceProvider, Task<int>> act, CancellationToken cancellationToken)
        {
            try
            {
                // The command line is the command's own; settings come from the environment.
                var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { ContentRootPath = AppContext.BaseDirectory });
                builder.Configuration.AddRunEnvironment();
                // What a command has to say is its output; the log is for what went wrong.
                builder.Configuration["Logging:LogLevel:Default"] = nameof(LogLevel.Warning);
                builder.Configuration["Logging:LogLevel:Microsoft.Hosting.Lifetime"] = nameof(LogLevel.Warning);
                builder.Logging.AddSimpleConsole(console => console.SingleLine = true);
                builder.Logging.Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
                builder.Services.AddSingleton(TimeProvider.System);
                configure?.Invoke(builder);
                builder.AddBilling();
                builder.Services.AddScoped<InvoiceVerification>();
                using var host = builder.Build();
                // Wrong settings are told before anything is done.
                host.Services.GetRequiredService<IStartupValidator>().Validate();
                await using var scope = host.Services.CreateAsyncScope();
                return await act(scope.ServiceProvider);
            }
            catch (OptionsValidationException wrong)
            {
                foreach (var failure in wrong.Failures)
                    await SayAsync($"{failure}");
                return 2;
            }
            catch (Exception failure) when (failure is InvalidOperationException or NpgsqlException or OperationCanceledException)
            {
                await SayAsync($"{failure.Message}");
                return 1;
            }
        }

        /// <summary>The tenant of a slug, or null after saying that there is none.</summary>
        public async Task<Guid?> TenantAsync(DocuChatDbContext database, string slug, CancellationToken cancellationToken)
        {
            var tenant = Microsoft.EntityFrameworkCore.EntityFrameworkQueryableExtensions.SingleOrDefaultAsync(database.Tenants, tenant => tenant.Slug == slug, cancellationToken);
            if (await tenant is { } found)
                return found.Id;
            await SayAsync($"There is no tenant {slug}: give a slug such as demo-corp.");
            return null;
        }
    }
}
