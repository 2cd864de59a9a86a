using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace DocuChat.Core.Persistence;

/// <summary>
/// Binds what a <see cref="DocuChatDbContext"/> does to its tenant, so that no query can forget to. A transaction is bound when it begins
/// (PostgreSQL gets BEGIN and the binding in one message); a query outside a transaction carries the binding in its own round trip, and
/// both statements form one implicit transaction.
/// </summary>
internal sealed class TenantBinding : DbCommandInterceptor, IDbTransactionInterceptor
{
    /// <summary>A procedure, not <c>select set_config(…)</c>: it returns no rows that the query's reader would take for its own.</summary>
    public const string Statement = "call use_tenant(@docuchat_tenant)";

    public override InterceptionResult<DbDataReader> ReaderExecuting(DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result)
    {
        Bind(command, eventData);
        return result;
    }

    public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
    {
        Bind(command, eventData);
        return ValueTask.FromResult(result);
    }

    public override InterceptionResult<int> NonQueryExecuting(DbCommand command, CommandEventData eventData, InterceptionResult<int> result)
    {
        Bind(command, eventData);
        return result;
    }

    public override ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        Bind(command, eventData);
        return ValueTask.FromResult(result);
    }

    public override InterceptionResult<object> ScalarExecuting(DbCommand command, CommandEventData eventData, InterceptionResult<object> result)
    {
        Bind(command, eventData);
        return result;
    }

    public override ValueTask<InterceptionResult<object>> ScalarExecutingAsync(DbCommand command, CommandEventData eventData, InterceptionResult<object> result, CancellationToken cancellationToken = default)
    {
        Bind(command, eventData);
        return ValueTask.FromResult(result);
    }

    public DbTransaction TransactionStarted(DbConnection connection, TransactionEndEventData eventData, DbTransaction result)
    {
        if (TenantOf(eventData) is { } tenant)
        {
            using var command = BindingCommand(connection, result, tenant);
            command.ExecuteNonQuery();
        }
        return result;
    }

    public async ValueTask<DbTransaction> TransactionStartedAsync(DbConnection connection, TransactionEndEventData eventData, DbTransaction result, CancellationToken cancellationToken = default)
    {
        if (TenantOf(eventData) is { } tenant)
        {
            await using var command = BindingCommand(connection, result, tenant);
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
        return result;
    }

    private static void Bind(DbCommand command, CommandEventData eventData)
    {
        // A save counts the rows of each of its statements, and has a transaction of its own.
        if (command.Transaction is not null || eventData.CommandSource == CommandSource.SaveChanges || TenantOf(eventData) is not { } tenant)
            return;
        command.CommandText = $"{Statement};\n{command.CommandText}";
        AddTenant(command, tenant);
    }

    private static DbCommand BindingCommand(DbConnection connection, DbTransaction transaction, Guid tenant)
    {
        var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = Statement;
        AddTenant(command, tenant);
        return command;
    }

    private static void AddTenant(DbCommand command, Guid tenant)
    {
        var parameter = command.CreateParameter();
        parameter.ParameterName = "docuchat_tenant";
        parameter.Value = tenant;
        command.Parameters.Add(parameter);
    }

    private static Guid? TenantOf(DbContextEventData eventData) => (eventData.Context as DocuChatDbContext)?.Tenant.TenantId;
}
