using DocuChat.Core.Billing;
using DocuChat.Core.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace DocuChat.Core.Usage;

/// <summary>
/// The versions of the price list. The whole list is a few rows, read at most once a minute: a new version takes effect by its date, so it
/// only has to be entered a minute before that.
/// </summary>
public sealed class PriceList(IServiceScopeFactory scopes, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(1);
    private readonly SemaphoreSlim _reading = new(1, 1);
    private (IReadOnlyList<PriceVersion> Versions, DateTimeOffset ReadAt)? _cached;

    /// <summary>The version that is valid at <paramref name="moment"/>: a call is priced by when it began.</summary>
    /// <exception cref="InvalidOperationException">No version is valid then; the migration brings one that is valid from 1970.</exception>
    public async Task<PriceVersion> AtAsync(DateTimeOffset moment, CancellationToken cancellationToken)
    {
        var versions = await VersionsAsync(cancellationToken);
        return versions.LastOrDefault(version => version.ValidFrom <= moment)
            ?? throw new InvalidOperationException($"The table price_list has no version that is valid at {moment:O}: add one.");
    }

    private async Task<IReadOnlyList<PriceVersion>> VersionsAsync(CancellationToken cancellationToken)
    {
        if (Fresh() is { } fresh)
            return fresh;
        await _reading.WaitAsync(cancellationToken);
        try
        {
            if (Fresh() is { } already)
                return already;
            // A scope of its own: the list belongs to no tenant, and the caller may be in the middle of a transaction.
            await using var scope = scopes.CreateAsyncScope();
            var rows = await scope.ServiceProvider.GetRequiredService<DocuChatDbContext>().Prices.AsNoTracking().ToListAsync(cancellationToken);
            var versions = rows.GroupBy(row => row.Version).Select(group => new PriceVersion(group.Key, [.. group])).OrderBy(version => version.ValidFrom).ThenBy(version => version.Version).ToList();
            _cached = (versions, time.GetUtcNow());
            return versions;
        }
        finally
        {
            _reading.Release();
        }
    }

    private IReadOnlyList<PriceVersion>? Fresh() => _cached is { } cached && time.GetUtcNow() - cached.ReadAt < Lifetime ? cached.Versions : null;

    /// <inheritdoc />
    public void Dispose() => _reading.Dispose();
}

/// <summary>One version of the price list. A model that it does not name has the price of the row without a model.</summary>
public sealed class PriceVersion(int version, IReadOnlyList<Price> prices)
{
    /// <summary>Its number.</summary>
    public int Version { get; } = version;

    /// <summary>The moment from which it is valid, until a later version is.</summary>
    public DateTimeOffset ValidFrom { get; } = prices.Min(price => price.ValidFrom);

    /// <summary>Exact price in Tomans of a call of <paramref name="model"/>.</summary>
    /// <exception cref="InvalidOperationException">The version has neither a price for the model nor one for all.</exception>
    public decimal Cost(string model, int tokensIn, int tokensOut) =>
        // The second division drops the zeros that the column's scale put behind the price; readers see 0.02 and not 0.020000.
        (tokensIn * PerThousand(model, TokenDirection.In) + tokensOut * PerThousand(model, TokenDirection.Out)) / 1000m / 1.0000000000000000000000000000m;

    private decimal PerThousand(string model, TokenDirection direction)
    {
        var ofDirection = prices.Where(price => price.Direction == direction).ToList();
        var price = ofDirection.FirstOrDefault(price => price.Model == model) ?? ofDirection.FirstOrDefault(price => price.Model is null);
        return price?.TomansPerThousandTokens
            ?? throw new InvalidOperationException($"Version {Version} of price_list has no price for direction {direction}: add a row without a model.");
    }
}
