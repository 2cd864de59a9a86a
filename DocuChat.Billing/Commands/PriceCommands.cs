using System.CommandLine;
using DocuChat.Core.Billing;
using DocuChat.Core.Persistence;
using Microsoft.EntityFrameworkCore;

namespace DocuChat.Billing.Commands;

/// <summary>The price list and discounts. Neither reaches back: what was billed stays as it was computed.</summary>
internal static class PriceCommands
{
    /// <summary>Services keep the price list for a minute; a version must be there before they look.</summary>
    private static readonly TimeSpan Notice = TimeSpan.FromMinutes(2);

    public static IEnumerable<Command> All(BillingCommands.Context commands) => [SetPrice(commands), Prices(commands), Discount(commands)];

    private static Command SetPrice(BillingCommands.Context commands)
    {
        var tomans = new Argument<decimal>("tomans") { Description = "Tomans for 1,000 tokens, of at most three decimals." };
        var from = new Option<DateTimeOffset>("--from") { Description = "First moment that it is valid, such as 2026-12-01T00:00+03:30.", Required = true };
        var model = new Option<string?>("--model") { Description = "The model; all that have no price of their own by default." };
        var direction = new Option<TokenDirection?>("--direction") { Description = "In or Out; both by default." };
        var price = new Command("price", "Adds a version of the price list: the latest one with this change") { tomans, from, model, direction };
        price.SetAction(
            (arguments, cancellationToken) =>
                commands.WithAsync(
                    async services =>
                    {
                        var (amount, start) = (arguments.GetValue(tomans), arguments.GetValue(from).ToUniversalTime());
                        if (amount < 0 || decimal.Round(amount, 3) != amount)
                            return await RefuseAsync(commands, $"A price has at most three decimals and is not negative.");
                        if (start < services.GetRequiredService<TimeProvider>().GetUtcNow() + Notice)
                            return await RefuseAsync(commands, $"A price is valid from two minutes ahead at the earliest: what began before was priced already.");
                        var version = await AddVersionAsync(services.GetRequiredService<DocuChatDbContext>(), amount, start, arguments.GetValue(model), arguments.GetValue(direction), cancellationToken);
                        if (version is null)
                            return await RefuseAsync(commands, $"A later version of the price list is entered already: versions are added in their order.");
                        await commands.SayAsync($"Version {version} of the price list is valid from {start:O}.");
                        return 0;
                    },
                    cancellationToken
                )
        );
        return price;
    }

    private static async Task<int?> AddVersionAsync(DocuChatDbContext database, decimal amount, DateTimeOffset start, string? model, TokenDirection? direction, CancellationToken cancellationToken)
    {
        var rows = await database.Prices.AsNoTracking().ToListAsync(cancellationToken);
        var latest = rows.Max(row => row.Version);
        if (rows.Exists(row => row.ValidFrom > start))
            return null;
        var prices = rows.Where(row => row.Version == latest).ToDictionary(row => (row.Model, row.Direction), row => row.TomansPerThousandTokens);
        foreach (var changed in direction is { } one ? [one] : Enum.GetValues<TokenDirection>())
            prices[(model, changed)] = amount;
        database.Prices.AddRange(
            prices.Select(row => new Price { Version = latest + 1, Model = row.Key.Model, Direction = row.Key.Direction, TomansPerThousandTokens = row.Value, ValidFrom = start })
        );
        await database.SaveChangesAsync(cancellationToken);
        return latest + 1;
    }

    private static Command Prices(BillingCommands.Context commands)
    {
        var prices = new Command("prices", "Shows every version of the price list");
        prices.SetAction(
            (_, cancellationToken) =>
                commands.WithAsync(
                    async services =>
                    {
                        var rows = await services.GetRequiredService<DocuChatDbContext>().Prices.AsNoTracking().OrderBy(row => row.Version).ThenBy(row => row.Model).ThenBy(row => row.Direction).ToListAsync(cancellationToken);
                        foreach (var row in rows)
                            await commands.SayAsync($"version {row.Version} from {row.ValidFrom:O}: {row.Model ?? "all others"} {row.Direction}: {row.TomansPerThousandTokens:0.###} Tomans for 1,000 tokens");
                        return 0;
                    },
                    cancellationToken
                )
        );
        return prices;
    }

    private static Command Discount(BillingCommands.Context commands)
    {
        var tenant = new Argument<string>("tenant") { Description = "The tenant's slug." };
        var percent = new Argument<decimal>("percent") { Description = "From 0 to 100, of at most two decimals." };
        var from = new Option<DateTimeOffset>("--from") { Description = "First moment that it is valid.", Required = true };
        var until = new Option<DateTimeOffset?>("--until") { Description = "First moment that it is no longer valid; for good by default." };
        var discount = new Command("discount", "Gives a tenant a discount; of several at a time the greatest counts") { tenant, percent, from, until };
        discount.SetAction(
            (arguments, cancellationToken) =>
                commands.WithAsync(
                    async services =>
                    {
                        var database = services.GetRequiredService<DocuChatDbContext>();
                        if (await commands.TenantAsync(database, arguments.GetValue(tenant)!, cancellationToken) is not { } id)
                            return 2;
                        var (part, start, end) = (arguments.GetValue(percent), arguments.GetValue(from).ToUniversalTime(), arguments.GetValue(until)?.ToUniversalTime());
                        if (part is < 0 or > 100 || decimal.Round(part, 2) != part || end <= start)
                            return await RefuseAsync(commands, $"A discount is from 0 to 100 per cent, of at most two decimals, and ends after it begins.");
                        // The account's lock: no run closes a period between the look and the discount.
                        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
                        var account = await database.BillingAccounts.FromSql($"select * from billing_accounts where tenant_id = {id} for update").SingleOrDefaultAsync(cancellationToken);
                        if (account?.ClosedUntil > start)
                            return await RefuseAsync(commands, $"The tenant is billed until {account.ClosedUntil:O}: a discount begins then at the earliest; use `credit` for what was before.");
                        database.TenantDiscounts.Add(new TenantDiscount { TenantId = id, Percent = part, ValidFrom = start, ValidUntil = end, CreatedAt = services.GetRequiredService<TimeProvider>().GetUtcNow() });
                        await database.SaveChangesAsync(cancellationToken);
                        await transaction.CommitAsync(cancellationToken);
                        await commands.SayAsync($"{part:0.##} % from {start:O}{(end is null ? "" : $" until {end:O}")}.");
                        return 0;
                    },
                    cancellationToken
                )
        );
        return discount;
    }

    private static async Task<int> RefuseAsync(BillingCommands.Context commands, FormattableString reason)
    {
        await commands.SayAsync(reason);
        return 2;
    }
}
