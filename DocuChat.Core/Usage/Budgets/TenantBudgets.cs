using Npgsql;

namespace DocuChat.Core.Usage.Budgets;

/// <summary>Reads where tenants' budgets stand.</summary>
public sealed class TenantBudgets(NpgsqlDataSource source, TimeProvider time)
{
    /// <summary>The tenant's budget in its month of now; null when it has none.</summary>
    public async Task<BudgetMonth?> ReadAsync(Guid tenantId, CancellationToken cancellationToken)
    {
        await using var batch = source.CreateBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand("call use_tenant($1)") { Parameters = { new() { Value = tenantId } } });
        batch.BatchCommands.Add(
            new NpgsqlBatchCommand($"select {BudgetMonth.Columns} from budget_month($1, $2) m") { Parameters = { new() { Value = tenantId }, new() { Value = time.GetUtcNow() } } }
        );
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? BudgetMonth.Read(reader, 0) : null;
    }

    /// <summary>Of every tenant (for operators): the budgets that are used, wholly or mostly, while this month's note of it is missing.</summary>
    public async Task<IReadOnlyList<(Guid TenantId, BudgetMonth Month)>> ReadUntoldAsync(CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand(
            $"""
            select b.tenant_id, {BudgetMonth.Columns}
            from tenant_budget b cross join lateral budget_month(b.tenant_id, $1) m
            where b.exhaustion_told_at is null or b.exhaustion_told_at < m.starts
            """
        );
        command.Parameters.Add(new() { Value = time.GetUtcNow() });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var months = new List<(Guid, BudgetMonth)>();
        while (await reader.ReadAsync(cancellationToken))
        {
            var month = BudgetMonth.Read(reader, 1);
            if (month.State != BudgetState.Ok)
                months.Add((reader.GetGuid(0), month));
        }
        return months;
    }
}
