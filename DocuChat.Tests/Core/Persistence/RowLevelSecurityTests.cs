using DocuChat.Core.Persistence;
using DocuChat.Core.Tenancy;
using DocuChat.Core.Usage;
using DocuChat.Tests.Infrastructure;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace DocuChat.Tests.Core.Persistence;

public sealed class RowLevelSecurityTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AppRole_BoundToATenant_SeesOnlyItsRows()
    {
        var (ours, theirs) = (await TenantWithAuditEventAsync(), await TenantWithAuditEventAsync());

        await using var context = database.Context(ours.Id);

        Assert.Equal([ours.Id], await context.Tenants.Select(tenant => tenant.Id).ToListAsync(Stop));
        Assert.Equal([ours.Id], await context.AuditEvents.Select(row => row.TenantId).ToListAsync(Stop));
        Assert.False(await context.AuditEvents.AnyAsync(row => row.TenantId == theirs.Id, Stop));
    }

    [Fact]
    public async Task AppRole_WithoutATenant_SeesNothing()
    {
        await TenantWithAuditEventAsync();

        await using var context = database.Context(tenant: null);

        Assert.Empty(await context.Tenants.ToListAsync(Stop));
        Assert.Empty(await context.AuditEvents.ToListAsync(Stop));
    }

    [Fact]
    public async Task AppRole_ChangingAnotherTenantsRows_ChangesNone()
    {
        var (ours, theirs) = (await TenantWithAuditEventAsync(), await TenantWithAuditEventAsync());

        await using (var context = database.Context(ours.Id))
        {
            Assert.Equal(0, await context.Tenants.Where(tenant => tenant.Id == theirs.Id).ExecuteUpdateAsync(set => set.SetProperty(tenant => tenant.Name, "taken"), Stop));
            Assert.Equal(0, await context.AuditEvents.Where(row => row.TenantId == theirs.Id).ExecuteDeleteAsync(Stop));
        }

        await using var all = database.Context(tenant: null, DatabaseRole.Operator);
        Assert.Equal(theirs.Name, (await all.Tenants.SingleAsync(tenant => tenant.Id == theirs.Id, Stop)).Name);
        Assert.Equal(1, await all.AuditEvents.CountAsync(row => row.TenantId == theirs.Id, Stop));
    }

    [Fact]
    public async Task AppRole_InsertingForAnotherTenant_IsRefused()
    {
        var (ours, theirs) = (await database.AddTenantAsync(), await database.AddTenantAsync());

        await using var context = database.Context(ours.Id);
        context.AuditEvents.Add(AuditEventOf(theirs));

        var refused = await Assert.ThrowsAsync<DbUpdateException>(() => context.SaveChangesAsync(Stop));
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, Assert.IsType<PostgresException>(refused.InnerException).SqlState);
    }

    [Fact]
    public async Task AppRole_AfterATransaction_IsBoundNoLonger()
    {
        var ours = await TenantWithAuditEventAsync();
        await using var connection = await database.App.OpenConnectionAsync(Stop);

        await using (var transaction = await connection.BeginTransactionAsync(Stop))
        {
            await using var bind = new NpgsqlCommand("call use_tenant($1)", connection, transaction) { Parameters = { new() { Value = ours.Id } } };
            await bind.ExecuteNonQueryAsync(Stop);
            Assert.Equal(1L, await CountAsync(connection, "select count(*) from tenants"));
            await transaction.CommitAsync(Stop);
        }

        Assert.Equal(0L, await CountAsync(connection, "select count(*) from tenants"));
    }

    [Fact]
    public async Task OperatorRole_SeesEveryTenant()
    {
        var (one, other) = (await TenantWithAuditEventAsync(), await TenantWithAuditEventAsync());

        await using var context = database.Context(tenant: null, DatabaseRole.Operator);
        var seen = await context.AuditEvents.Select(row => row.TenantId).ToListAsync(Stop);

        Assert.Contains(one.Id, seen);
        Assert.Contains(other.Id, seen);
    }

    [Fact]
    public async Task Roles_OwnNothingAndBypassNothing()
    {
        await using var connection = await database.Owner.OpenConnectionAsync(Stop);

        Assert.Equal(2L, await CountAsync(connection, "select count(*) from pg_roles where rolname in ('docuchat_app', 'docuchat_operator') and not rolbypassrls and not rolsuper"));
        Assert.Equal(0L, await CountAsync(connection, "select count(*) from pg_class where pg_get_userbyid(relowner) in ('docuchat_app', 'docuchat_operator')"));
    }

    [Fact]
    public async Task EveryTableOfATenant_HasForcedRowLevelSecurity()
    {
        await using var connection = await database.Owner.OpenConnectionAsync(Stop);
        await using var command = new NpgsqlCommand(
            """
            select c.relname, c.relrowsecurity and c.relforcerowsecurity,
                   exists (select from pg_policy p where p.polrelid = c.oid)
            from pg_class c
            where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
              and (c.relname = 'tenants' or exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped))
            """,
            connection
        );

        List<string> tables = [];
        List<string> open = [];
        await using var rows = await command.ExecuteReaderAsync(Stop);
        while (await rows.ReadAsync(Stop))
        {
            tables.Add(rows.GetString(0));
            if (!rows.GetBoolean(1) || !rows.GetBoolean(2))
                open.Add(rows.GetString(0));
        }

        Assert.Contains("documents", tables);
        Assert.Contains("chunk_embeddings", tables);
        Assert.Contains("chunk_embeddings_0", tables);
        Assert.Empty(open);
    }

    [Theory]
    [InlineData("update usage_events set tokens_in = 0")]
    [InlineData("delete from usage_events")]
    [InlineData("truncate usage_events")]
    public async Task Ledger_AnyChange_IsRefusedToEveryRole(string statement)
    {
        var tenant = await database.AddTenantAsync();
        await using (var context = database.Context(tenant.Id))
        {
            context.UsageEvents.Add(UsageEventOf(tenant));
            await context.SaveChangesAsync(Stop);
        }

        foreach (var source in (NpgsqlDataSource[])[database.App, database.Operator, database.Owner])
        {
            await using var connection = await source.OpenConnectionAsync(Stop);
            await using var transaction = await connection.BeginTransactionAsync(Stop);
            await using (var bind = new NpgsqlCommand("call use_tenant($1)", connection, transaction) { Parameters = { new() { Value = tenant.Id } } })
                await bind.ExecuteNonQueryAsync(Stop);
            await using var change = new NpgsqlCommand(statement, connection, transaction);
            // The services' roles lack the right; the owner has it, and is held by the trigger.
            var refused = await Assert.ThrowsAsync<PostgresException>(() => change.ExecuteNonQueryAsync(Stop));
            Assert.Equal(source == database.Owner ? PostgresErrorCodes.IntegrityConstraintViolation : PostgresErrorCodes.InsufficientPrivilege, refused.SqlState);
        }

        await using var all = database.Context(tenant: null, DatabaseRole.Operator);
        Assert.Equal(7, (await all.UsageEvents.SingleAsync(row => row.TenantId == tenant.Id, Stop)).TokensIn);
    }

    private async Task<Tenant> TenantWithAuditEventAsync()
    {
        var tenant = await database.AddTenantAsync();
        await using var context = database.Context(tenant.Id);
        context.AuditEvents.Add(AuditEventOf(tenant));
        await context.SaveChangesAsync(Stop);
        return tenant;
    }

    private static AuditEvent AuditEventOf(Tenant tenant) =>
        new() { TenantId = tenant.Id, Action = "test", At = TimeProvider.System.GetUtcNow() };

    private static UsageEvent UsageEventOf(Tenant tenant) =>
        new()
        {
            TenantId = tenant.Id,
            RequestId = Guid.CreateVersion7(),
            Kind = CallKind.Chat,
            Attempt = 1,
            ModelAsked = "gpt-4o",
            Model = "gpt-4o",
            TokensIn = 7,
            TokensOut = 3,
            TokenSource = TokenSource.Provider,
            PriceVersion = 1,
            CostTomans = 0.2m,
            BeganAt = TimeProvider.System.GetUtcNow(),
        };

    private static async Task<long> CountAsync(NpgsqlConnection connection, string query)
    {
        await using var command = new NpgsqlCommand(query, connection);
        return (long)(await command.ExecuteScalarAsync(Stop))!;
    }
}
