using System.Globalization;
using System.Text.Json;
using DocuChat.Core.Billing;
using Microsoft.Extensions.Options;
using Refit;

namespace DocuChat.Billing.Witness;

/// <summary>Where the witness is.</summary>
internal sealed class WitnessOptions
{
    /// <summary>From <c>PROMETHEUS_URL</c>; null for none.</summary>
    public Uri? Url { get; set; }

    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);
}

/// <summary>What the witness said of a period: tokens by the tenant's slug, or why it said nothing.</summary>
internal sealed record Testimony(IReadOnlyDictionary<string, double>? Tokens, string? Silence)
{
    /// <summary>The figure for a tenant. A tenant that a speaking witness does not name used nothing by its account.</summary>
    public double? Of(string slug) => Tokens is null ? null : Tokens.GetValueOrDefault(slug);
}

/// <summary>Asks Prometheus how many tokens each tenant used in a period. It is the witness of the ledger and never its source.</summary>
internal sealed class PrometheusWitness(IPrometheusApi api, IOptions<WitnessOptions> options, ILogger<PrometheusWitness> logger)
{
    /// <summary>The sum over the day that ends with <paramref name="period"/>. Never throws because Prometheus is away: the ledger does not need it.</summary>
    public async Task<Testimony> TestifyAsync(BillingPeriod period, CancellationToken cancellationToken)
    {
        if (options.Value.Url is null)
            return new Testimony(null, "PROMETHEUS_URL is not set");
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(options.Value.Timeout);
        try
        {
            var answer = await api.QueryAsync(QueryFor(period), period.End.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture), limit.Token);
            return Read(answer);
        }
        catch (Exception failure) when (failure is ApiException or ApiRequestException or HttpRequestException or JsonException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            Log.WitnessSilent(logger, failure.GetType().Name);
            return new Testimony(null, "Prometheus does not answer");
        }
    }

    /// <summary>The query of a period of 24 hours, and alike for days that a change of clocks makes shorter or longer.</summary>
    internal static string QueryFor(BillingPeriod period)
    {
        var length = period.End - period.Start;
        var range = length.Ticks % TimeSpan.TicksPerHour == 0 ? $"{(int)length.TotalHours}h" : $"{(int)length.TotalMinutes}m";
        return $"sum by (tenant)(increase(openai_tokens_total[{range}]))";
    }

    private static Testimony Read(PrometheusAnswer answer)
    {
        if (answer is not { Status: "success", Data: { ResultType: "vector" } data })
            return new Testimony(null, $"Prometheus refused the query: {answer.Error}");
        // No series at all means that it did not watch, not that nobody used anything.
        if (data.Result.Count == 0)
            return new Testimony(null, "Prometheus has no figures of that day");
        var tokens = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var sample in data.Result)
        {
            if (sample.Metric.TryGetValue("tenant", out var tenant))
                tokens[tenant] = double.Parse(sample.Value[1].GetString()!, CultureInfo.InvariantCulture);
        }
        return new Testimony(tokens, null);
    }
}
