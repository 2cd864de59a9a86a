using DocuChat.Billing.Mail;
using DocuChat.Billing.Runs;
using DocuChat.Billing.Sweeps;
using DocuChat.Billing.Witness;
using DocuChat.Core.Billing;
using DocuChat.Core.Persistence;
using DocuChat.Core.Usage;
using Microsoft.Extensions.Options;
using Refit;

namespace DocuChat.Billing;

/// <summary>Registers what bills, and what the worker does besides.</summary>
internal static class BillingServices
{
    /// <summary>What a run and the operators' commands need.</summary>
    public static void AddBilling(this IHostApplicationBuilder builder)
    {
        builder.AddPersistence(DatabaseRole.Operator);
        builder.AddBillingCore();
        var (configuration, services) = (builder.Configuration, builder.Services);
        AddWitness(services, UrlOf(configuration["PROMETHEUS_URL"], "PROMETHEUS_URL", "http://prometheus:9090"));
        services.AddTransient<PeriodClosing>();
        services.AddSingleton<RunLedger>();
        services.AddTransient<BillingRun>();
    }

    /// <summary>The witness, at <paramref name="url"/>; null for none.</summary>
    public static void AddWitness(IServiceCollection services, Uri? url)
    {
        services.AddOptions<WitnessOptions>().Configure(options => options.Url = url);
        services
            .AddRefitGeneratedClient<IPrometheusApi>()
            // Without a witness nobody asks it; the client only has to be there.
            .ConfigureHttpClient(client => client.BaseAddress = url ?? new Uri("http://localhost:9090"));
        services.AddTransient<PrometheusWitness>();
    }

    /// <summary>What the worker does besides: e-mails, payments, reminders, budgets, orphans, metrics, and the runs by the clock.</summary>
    public static void AddBillingWorker(this IHostApplicationBuilder builder)
    {
        var (configuration, services) = (builder.Configuration, builder.Services);
        services
            .AddOptions<SmtpOptions>()
            .BindConfiguration("Smtp")
            .Configure(options =>
            {
                options.Url = UrlOf(configuration["SMTP_URL"], "SMTP_URL", "smtp://user:password@host:587");
                options.From = configuration["SMTP_FROM"] ?? options.From;
            })
            .ValidateOnStart();
        services.AddSingleton<IValidateOptions<SmtpOptions>, SmtpOptionsValidator>();
        builder.AddUsageLedger();
        services.AddHostedService<MailSender>();
        services.AddHostedService<PaymentSweep>();
        services.AddHostedService<OverdueSweep>();
        services.AddHostedService<OrphanSweep>();
        services.AddHostedService<BudgetSweep>();
        services.AddHostedService<BillingMetrics>();
        services.AddHostedService<ScheduledRuns>();
    }

    private static Uri? UrlOf(string? text, string key, string example) =>
        string.IsNullOrEmpty(text) ? null
        : Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Host.Length > 0 ? url
        : throw new OptionsValidationException(key, typeof(BillingOptions), [$"{key} is no address: give one such as {example}."]);
}
