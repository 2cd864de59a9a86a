using Npgsql;

namespace DocuChat.Core.Usage;

/// <summary>A stretch of time that usage is shown for.</summary>
public enum UsagePeriod
{
    Today,
    Day,
    Week,
    Month,
}

/// <summary>Sums of calls. <see cref="CostTomans"/> is exact and before any discount.</summary>
public sealed record UsageSum(long Calls, long TokensIn, long TokensOut, decimal CostTomans)
{
    /// <summary>Both directions together.</summary>
    public long Tokens => TokensIn + TokensOut;

    /// <summary>The sum of sums.</summary>
    public static UsageSum Of(IEnumerable<UsageSum> sums) =>
        sums.Aggregate(new UsageSum(0, 0, 0, 0), (left, right) => new(left.Calls + right.Calls, left.TokensIn + right.TokensIn, left.TokensOut + right.TokensOut, left.CostTomans + right.CostTomans));
}

/// <summary>What a user's calls of one kind and model came to on one of the tenant's days.</summary>
/// <param name="Day">The day in the tenant's time zone.</param>
/// <param name="UserId">Who asked; null for work that no person asked for.</param>
/// <param name="UserName">Their name; null when there is none.</param>
/// <param name="Kind">What for.</param>
/// <param name="Model">The model that answered.</param>
/// <param name="Sum">The sums.</param>
public sealed record UsageLine(DateOnly Day, Guid? UserId, string? UserName, CallKind Kind, string Model, UsageSum Sum);

/// <summary>A tenant's usage: the usual totals, and the lines of one period.</summary>
public sealed record UsageReport(string TimeZone, DateTimeOffset From, DateTimeOffset To, UsageSum Today, UsageSum LastDay, UsageSum LastWeek, UsageSum Month, IReadOnlyList<UsageLine> Lines);

/// <summary>Reads the sums of the ledger.</summary>
public sealed class UsageReports(NpgsqlDataSource source, TimeProvider time)
{
    /// <summary>The usage up to now. A day and a week are the last 24 hours and 7 days, to a quarter of an hour; today and a month are the tenant's calendar day and month.</summary>
    public async Task<UsageReport> ReadAsync(Guid tenantId, UsagePeriod period, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var batch = source.CreateBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand("call use_tenant($1)") { Parameters = { new() { Value = tenantId } } });
        batch.BatchCommands.Add(
            new NpgsqlBatchCommand(
                """
                with tenant as (
                    select time_zone,
                           date_trunc('month', $1::timestamptz at time zone time_zone) at time zone time_zone as month,
                           date_trunc('day', $1::timestamptz at time zone time_zone) at time zone time_zone as today
                    from tenants
                )
                select t.time_zone, t.month, t.today, p.name, coalesce(sum(r.calls), 0)::bigint, coalesce(sum(r.tokens_in), 0)::bigint, coalesce(sum(r.tokens_out), 0)::bigint, coalesce(sum(r.cost_tomans), 0)
                from tenant t
                cross join lateral (values ('Today', t.today), ('Day', $1 - interval '1 day'), ('Week', $1 - interval '7 days'), ('Month', t.month)) as p (name, since)
                left join usage_rollups r on r.quarter >= p.since and r.quarter <= $1
                group by t.time_zone, t.month, t.today, p.name
                """
            )
            {
                Parameters = { new() { Value = now } },
            }
        );
        batch.BatchCommands.Add(
            new NpgsqlBatchCommand(
                """
                with tenant as (
                    select time_zone,
                           case $2 when 'Day' then $1 - interval '1 day' when 'Week' then $1 - interval '7 days'
                                   else date_trunc(case $2 when 'Today' then 'day' else 'month' end, $1::timestamptz at time zone time_zone) at time zone time_zone end as since
                    from tenants
                )
                select (r.quarter at time zone t.time_zone)::date, r.user_id, max(u.full_name), r.kind, r.model,
                       sum(r.calls)::bigint, sum(r.tokens_in)::bigint, sum(r.tokens_out)::bigint, sum(r.cost_tomans)
                from tenant t
                join usage_rollups r on r.quarter >= t.since and r.quarter <= $1
                left join users u on u.id = r.user_id
                group by 1, 2, 4, 5
                order by 1, 2, 4, 5
                """
            )
            {
                Parameters = { new() { Value = now }, new() { Value = period.ToString() } },
            }
        );

        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        var (zone, month, today, totals) = ("UTC", now, now, new Dictionary<string, UsageSum>());
        while (await reader.ReadAsync(cancellationToken))
        {
            (zone, month, today) = (reader.GetString(0), reader.GetFieldValue<DateTimeOffset>(1), reader.GetFieldValue<DateTimeOffset>(2));
            totals[reader.GetString(3)] = Sum(reader, 4);
        }
        await reader.NextResultAsync(cancellationToken);
        var lines = new List<UsageLine>();
        while (await reader.ReadAsync(cancellationToken))
        {
            var user = reader.GetGuid(1);
            lines.Add(
                new UsageLine(
                    reader.GetFieldValue<DateOnly>(0),
                    user == Guid.Empty ? null : user,
                    await reader.IsDBNullAsync(2, cancellationToken) ? null : reader.GetString(2),
                    Enum.Parse<CallKind>(reader.GetString(3)),
                    reader.GetString(4),
                    Sum(reader, 5)
                )
            );
        }
        var from = period switch
        {
            UsagePeriod.Today => today,
            UsagePeriod.Day => now.AddDays(-1),
            UsagePeriod.Week => now.AddDays(-7),
            _ => month,
        };
        return new UsageReport(zone, from, now, totals[nameof(UsagePeriod.Today)], totals[nameof(UsagePeriod.Day)], totals[nameof(UsagePeriod.Week)], totals[nameof(UsagePeriod.Month)], lines);
    }

    private static UsageSum Sum(NpgsqlDataReader reader, int at) => new(reader.GetInt64(at), reader.GetInt64(at + 1), reader.GetInt64(at + 2), reader.GetDecimal(at + 3));
}
