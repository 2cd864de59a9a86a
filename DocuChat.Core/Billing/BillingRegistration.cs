using DocuChat.Core.Billing.Mails;
using DocuChat.Core.Billing.Payments;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Refit;

namespace DocuChat.Core.Billing;

/// <summary>Registers what the Api and the billing worker share: pay links, payments, the e-mails about invoices.</summary>
public static class BillingRegistration
{
    /// <summary>
    /// Adds <see cref="PayLinks"/>, <see cref="InvoicePayments"/> and <see cref="InvoiceMails"/>. Reads <c>JWT_SECRET</c>,
    /// <c>PUBLIC_URL</c>, <c>WEB_URL</c>, <c>ZIBAL_API_KEY</c>, <c>ZIBAL_BASE_URL</c>, <c>ZIBAL_PAGE_URL</c> and the section <c>Billing</c>.
    /// </summary>
    public static void AddBillingCore(this IHostApplicationBuilder builder)
    {
        var configuration = builder.Configuration;
        var services = builder.Services;
        services
            .AddOptions<BillingOptions>()
            .BindConfiguration("Billing")
            .Configure(options =>
            {
                options.PublicUrl = UrlOf(configuration["PUBLIC_URL"], "PUBLIC_URL") ?? options.PublicUrl;
                options.WebUrl = UrlOf(configuration["WEB_URL"], "WEB_URL") ?? options.WebUrl;
            })
            .ValidateOnStart();
        services.AddSingleton<IValidateOptions<BillingOptions>, BillingOptionsValidator>();
        services
            .AddOptions<PayLinkOptions>()
            .Configure(options =>
            {
                options.Secret = configuration["JWT_SECRET"] ?? options.Secret;
                options.PreviousSecret = configuration["JWT_SECRET_PREVIOUS"];
            })
            .ValidateOnStart();
        services.AddSingleton<IValidateOptions<PayLinkOptions>, PayLinkOptionsValidator>();
        services
            .AddOptions<ZibalOptions>()
            .BindConfiguration("Zibal")
            .Configure(options =>
            {
                options.Merchant = configuration["ZIBAL_API_KEY"] ?? options.Merchant;
                options.BaseUrl = UrlOf(configuration["ZIBAL_BASE_URL"], "ZIBAL_BASE_URL") ?? options.BaseUrl;
                options.PageUrl = UrlOf(configuration["ZIBAL_PAGE_URL"], "ZIBAL_PAGE_URL") ?? options.PageUrl;
                // A stand-in knows the sandbox's merchant.
                if (options.Merchant.Length == 0 && options.BaseUrl != ZibalOptions.Production)
                    options.Merchant = "zibal";
            })
            .ValidateOnStart();
        services.AddSingleton<IValidateOptions<ZibalOptions>, ZibalOptionsValidator>();

        services
            .AddRefitGeneratedClient<IZibalApi>()
            .ConfigureHttpClient(
                (provider, client) =>
                {
                    client.BaseAddress = provider.GetRequiredService<IOptions<ZibalOptions>>().Value.BaseUrl;
                    // The gateway's own pipeline limits each call; this would limit all of its tries together.
                    client.Timeout = Timeout.InfiniteTimeSpan;
                }
            );
        services.AddSingleton<PayLinks>();
        // At once, so that its series are there at 0 before the first payment.
        services.AddActivatedSingleton<PaymentMetrics>();
        services.AddTransient<ZibalGateway>();
        services.AddSingleton<InvoiceMails>();
        services.AddSingleton<BudgetMails>();
        services.AddTransient<InvoicePayments>();
    }

    private static Uri? UrlOf(string? text, string key) =>
        string.IsNullOrEmpty(text) ? null
        : Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" ? url
        : throw new OptionsValidationException(key, typeof(BillingOptions), [$"{key} is no HTTP address: give one such as https://docuchat.example."]);
}
