using System.Text.Json;
using DocuChat.Core.Documents;
using DocuChat.Core.Persistence;
using Microsoft.Extensions.Options;
using Npgsql;
using NpgsqlTypes;

namespace DocuChat.Ingestion.Processing;

/// <summary>A worker's statements about the documents it holds. Each is one round trip; those that change a document name the claim's fencing token.</summary>
internal sealed class ClaimStore(NpgsqlDataSource source, DocumentEvents events, IOptions<IngestionOptions> options)
{
    private TimeSpan Lease => options.Value.Lease;

    /// <summary>Takes the fairest waiting document, or null when none waits.</summary>
    public async Task<Claim?> TakeAsync(CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand(
            "select id, tenant_id, tenant_slug, shard, content_type, version, attempts, fencing_token, uploaded_by, trace_parent, was_held from claim_document($1)"
        );
        command.Parameters.Add(new() { Value = Lease });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
            return null;
        var claim = new Claim(
            reader.GetGuid(0),
            reader.GetGuid(1),
            reader.GetString(2),
            reader.GetInt32(3),
            reader.GetString(4),
            reader.GetInt32(5),
            reader.GetInt32(6),
            reader.GetInt64(7),
            reader.GetGuid(8),
            reader.IsDBNull(9) ? null : reader.GetString(9),
            reader.GetBoolean(10)
        );
        await events.PublishAsync(claim.TenantId, new DocumentEvent(claim.DocumentId, DocumentStatus.Extracting, 0));
        return claim;
    }

    /// <summary>Renews the lease.</summary>
    /// <returns>Whether the document is still held.</returns>
    public Task<bool> RenewAsync(Claim claim, CancellationToken cancellationToken) =>
        ChangeAsync(claim, "lease_until = now() + $3", [new() { Value = Lease }], cancellationToken, mayBeForgotten: true);

    /// <summary>Shows where the document stands, and renews the lease.</summary>
    /// <exception cref="ClaimLostException">It is no longer held.</exception>
    public async Task ShowAsync(Claim claim, Progress progress, CancellationToken cancellationToken)
    {
        var held = await ChangeAsync(
            claim,
            "status = $3, percent = $4, stages = $5, lease_until = now() + $6",
            [new() { Value = progress.Status.ToString() }, new() { Value = progress.Percent }, StagesOf(progress.Stages), new() { Value = Lease }],
            cancellationToken,
            mayBeForgotten: true
        );
        if (!held)
            throw new ClaimLostException();
        await events.PublishAsync(claim.TenantId, new DocumentEvent(claim.DocumentId, progress.Status, progress.Percent));
    }

    /// <summary>Gives the document back so that it is tried again after <paramref name="delay"/>; the reason stays visible meanwhile.</summary>
    public async Task RequeueAsync(Claim claim, TimeSpan delay, string? error, int attempts, CancellationToken cancellationToken)
    {
        var held = await ChangeAsync(
            claim,
            "status = 'Queued', percent = 0, error = $3, queued_at = now() + $4, attempts = $5, lease_until = null",
            [new() { Value = (object?)error ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text }, new() { Value = delay }, new() { Value = attempts }],
            cancellationToken
        );
        if (held)
            await events.PublishAsync(claim.TenantId, new DocumentEvent(claim.DocumentId, DocumentStatus.Queued, 0, error));
    }

    /// <summary>Ends the document as failed, for this reason.</summary>
    public async Task FailAsync(Claim claim, string error, IReadOnlyList<DocumentStage> stages, CancellationToken cancellationToken)
    {
        var held = await ChangeAsync(claim, "status = 'Failed', error = $3, stages = $4, lease_until = null", [new() { Value = error }, StagesOf(stages)], cancellationToken);
        if (held)
            await events.PublishAsync(claim.TenantId, new DocumentEvent(claim.DocumentId, DocumentStatus.Failed, 0, error));
    }

    /// <summary>Copies the file of the claimed version to <paramref name="target"/>, a part at a time.</summary>
    /// <exception cref="ClaimLostException">There is no file: the document was deleted.</exception>
    public async Task CopyFileAsync(Claim claim, Stream target, CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(Bind(claim.TenantId));
        batch.BatchCommands.Add(
            new NpgsqlBatchCommand("select content from document_files where document_id = $1 and version = $2 order by part")
            {
                Parameters = { new() { Value = claim.DocumentId }, new() { Value = claim.Version } },
            }
        );
        await using var reader = await batch.ExecuteReaderAsync(System.Data.CommandBehavior.SequentialAccess, cancellationToken);
        var parts = 0;
        while (await reader.ReadAsync(cancellationToken))
        {
            await using var part = await reader.GetStreamAsync(0, cancellationToken);
            await part.CopyToAsync(target, cancellationToken);
            parts++;
        }
        if (parts == 0)
            throw new ClaimLostException();
    }

    private async Task<bool> ChangeAsync(Claim claim, string assignments, IEnumerable<NpgsqlParameter> values, CancellationToken cancellationToken, bool mayBeForgotten = false)
    {
        var update = new NpgsqlBatchCommand($"update documents set {assignments} where id = $1 and fencing_token = $2");
        update.Parameters.Add(new() { Value = claim.DocumentId });
        update.Parameters.Add(new() { Value = claim.FencingToken });
        foreach (var value in values)
            update.Parameters.Add(value);

        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(Bind(claim.TenantId));
        // A server that crashes may then forget the change's last moments, but does not make each document wait for the disk several times.
        if (mayBeForgotten)
            batch.BatchCommands.Add(new("select set_config('synchronous_commit', 'off', true)"));
        batch.BatchCommands.Add(update);
        await batch.ExecuteNonQueryAsync(cancellationToken);
        return update.RecordsAffected > 0;
    }

    private static NpgsqlBatchCommand Bind(Guid tenantId) => new("call use_tenant($1)") { Parameters = { new() { Value = tenantId } } };

    internal static NpgsqlParameter StagesOf(IReadOnlyList<DocumentStage> stages) =>
        new() { Value = JsonSerializer.Serialize(stages, JsonSerializerOptions.Web), NpgsqlDbType = NpgsqlDbType.Jsonb };
}
