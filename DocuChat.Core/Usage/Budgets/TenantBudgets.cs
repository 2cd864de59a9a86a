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
            new NpgsqlBatchCommand($"select {BudgetMonth.Columns} from budget_month($1, $2)") { Parameters = { new() { Value = tenantId }, new() { Value = time.GetUtcNow() } } }
        );
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? BudgetMonth.Read(reader, 0) : null;
    }
}
