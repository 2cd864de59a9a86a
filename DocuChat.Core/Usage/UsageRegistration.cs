using DocuChat.Core.Models;
using DocuChat.Core.Usage.Budgets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace DocuChat.Core.Usage;

/// <summary>Registers the ledger for every service that writes to it.</summary>
public static class UsageRegistration
{
    /// <summary>
    /// Adds <see cref="UsageLedger"/>, <see cref="PriceList"/>, <see cref="TenantSlugs"/>, <see cref="TenantBudgets"/> and <see cref="UsageMetrics"/>, and starts every tenant's series
    /// at 0: a process whose first event of a tenant is also the series' first value would be unheard by the witness.
    /// </summary>
    public static void AddUsageLedger(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.TryAddSingleton<ModelsConfiguration>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IConfigureOptions<ModelsOptions>, ModelsConfiguration>(provider => provider.GetRequiredService<ModelsConfiguration>()));
        services.AddSingleton<PriceList>();
        services.AddSingleton<TenantSlugs>();
        services.AddSingleton<UsageLedger>();
        services.AddSingleton<UsageMetrics>();
        services.AddSingleton<TenantBudgets>();
        services.AddHostedService<TenantSeries>();
    }
}
