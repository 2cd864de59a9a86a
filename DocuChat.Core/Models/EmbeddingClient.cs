using System.Diagnostics;
using DocuChat.Core.Persistence;
using DocuChat.Core.Retrieval;
using DocuChat.Core.Text;
using DocuChat.Core.Usage;
using DocuChat.Core.Usage.Budgets;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Options;
using Npgsql;

namespace DocuChat.Core.Models;

/// <summary>Vectors of texts, in their order, and the call that is to be charged for them.</summary>
public sealed record EmbeddingResult(IReadOnlyList<ReadOnlyMemory<float>> Vectors, ModelCall Call);

/// <summary>Makes vectors with the configured embedding model.</summary>
public sealed class EmbeddingClient
{
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(30);
    private readonly IEmbeddingGenerator<string, Embedding<float>> _generator;
    private readonly EmbeddingOptions _options;
    private readonly NpgsqlDataSource _database;
    private readonly TenantSlugs _tenants;
    private readonly UsageReservations _reservations;
    private readonly ModelMetrics _metrics;
    private readonly ModelRetry _retry;
    private readonly TimeProvider _time;
    private EmbeddingModel? _model;

    internal EmbeddingClient(OpenAiConnection connection, NpgsqlDataSource database, TenantSlugs tenants, UsageReservations reservations, ModelMetrics metrics, IOptions<ModelsOptions> options, TimeProvider time)
    {
        _options = options.Value.Embedding;
        _generator = connection.Client.GetEmbeddingClient(_options.Name).AsIEmbeddingGenerator(_options.Dimensions);
        _database = database;
        _tenants = tenants;
        _reservations = reservations;
        _metrics = metrics;
        _retry = new ModelRetry(options.Value, time);
        _time = time;
    }

    /// <summary>
    /// Embeds <paramref name="texts"/>, in as many requests as they need. All of them are one call for the ledger: none is charged unless all
    /// succeeded, and what they may use is reserved until the caller writes the call into the ledger.
    /// </summary>
    /// <param name="tenantId">Whose texts they are.</param>
    /// <param name="texts">The texts; none may be empty.</param>
    /// <param name="kind">What for.</param>
    /// <param name="requestId">The question or document version that they belong to.</param>
    /// <param name="embedded">Told after each request but the last how many texts are done.</param>
    /// <param name="cancellationToken">Cancels the requests.</param>
    /// <exception cref="BudgetException">The tenant's budget does not allow it; no model was asked.</exception>
    /// <exception cref="ModelException">The model did not answer, or with vectors of another length than configured.</exception>
    public Task<EmbeddingResult> EmbedAsync(Guid tenantId, IReadOnlyList<string> texts, CallKind kind, Guid requestId, Func<int, Task>? embedded, CancellationToken cancellationToken) =>
        EmbedAsync(tenantId, texts, texts.Sum(TokenCounter.Count), kind, requestId, embedded, cancellationToken);

    /// <summary>Embeds texts whose tokens the caller has counted already, which for long documents takes as long as all else that is done here.</summary>
    /// <param name="tenantId">Whose texts they are.</param>
    /// <param name="texts">The texts; none may be empty.</param>
    /// <param name="tokens">About how many tokens they have in all: what is reserved of the tenant's budget. What the provider counts is charged.</param>
    /// <param name="kind">What for.</param>
    /// <param name="requestId">The question or document version that they belong to.</param>
    /// <param name="embedded">Told after each request but the last how many texts are done.</param>
    /// <param name="cancellationToken">Cancels the requests.</param>
    /// <exception cref="BudgetException">The tenant's budget does not allow it; no model was asked.</exception>
    /// <exception cref="ModelException">The model did not answer, or with vectors of another length than configured.</exception>
    public async Task<EmbeddingResult> EmbedAsync(Guid tenantId, IReadOnlyList<string> texts, int tokens, CallKind kind, Guid requestId, Func<int, Task>? embedded, CancellationToken cancellationToken)
    {
        var began = _time.GetUtcNow();
        var planned = new PlannedCall(tenantId, null, requestId, kind, 1, [_options.Name], tokens, 0, began);
        var reservation = await _reservations.ReserveAsync(planned, cancellationToken);
        try
        {
            return await RequestAllAsync(planned, reservation, texts, embedded, cancellationToken);
        }
        catch
        {
            // Nothing is charged; whoever cancelled the call does not cancel its book-keeping.
            await _reservations.ReleaseAsync(tenantId, requestId, kind, CancellationToken.None);
            throw;
        }
    }

    private async Task<EmbeddingResult> RequestAllAsync(PlannedCall call, Guid reservation, IReadOnlyList<string> texts, Func<int, Task>? embedded, CancellationToken cancellationToken)
    {
        var tenant = await _tenants.OfAsync(call.TenantId, cancellationToken);
        var beat = _time.GetTimestamp();
        var vectors = new List<ReadOnlyMemory<float>>(texts.Count);
        var (tokens, counted) = (0, TokenSource.Provider);
        foreach (var batch in texts.Chunk(_options.BatchSize))
        {
            var answer = await _retry.RunAsync(token => RequestAsync(tenant, batch, token), cancellationToken);
            vectors.AddRange(answer.Select(embedding => embedding.Vector));
            if (answer.Usage?.InputTokenCount is { } used and > 0)
                tokens += (int)used;
            else
            {
                tokens += batch.Sum(TokenCounter.Count);
                counted = TokenSource.Tokenizer;
            }
            if (embedded is not null && vectors.Count < texts.Count)
                await embedded(vectors.Count);
            if (_time.GetElapsedTime(beat) < Heartbeat)
                continue;
            // A long document's call lives; without its end it costs nothing, so it would be settled at nothing.
            beat = _time.GetTimestamp();
            await _reservations.HeartbeatAsync(call.TenantId, reservation, _options.Name, 0, 0, cancellationToken);
        }
        return new EmbeddingResult(vectors, new ModelCall(call.RequestId, call.Kind, call.Attempt, _options.Name, _options.Name, tokens, 0, counted, call.BeganAt));
    }

    /// <summary>The configured model as the database knows it; its first use makes its row.</summary>
    /// <exception cref="InvalidOperationException">The database knows the model with another dimension.</exception>
    public async Task<EmbeddingModel> ModelAsync(CancellationToken cancellationToken)
    {
        if (_model is { } known)
            return known;
        await using var command = _database.CreateCommand(
            """
            insert into embedding_models (name, dimensions, languages) values ($1, $2, $3)
            on conflict (name) do update set languages = excluded.languages
            returning id, dimensions
            """
        );
        command.Parameters.Add(new() { Value = _options.Name });
        command.Parameters.Add(new() { Value = _options.Dimensions });
        command.Parameters.Add(new() { Value = _options.Languages.ToArray() });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        var model = new EmbeddingModel { Id = reader.GetInt32(0), Name = _options.Name, Dimensions = reader.GetInt32(1), Languages = [.. _options.Languages] };
        if (model.Dimensions != _options.Dimensions)
            throw new InvalidOperationException(
                $"Models:Embedding:Dimensions is {_options.Dimensions}, but vectors of {_options.Name} with {model.Dimensions} are stored: set it to {model.Dimensions}, or give the model another name."
            );
        return _model = model;
    }

    private async Task<GeneratedEmbeddings<Embedding<float>>> RequestAsync(string tenant, string[] batch, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var status = ModelStatus.Success;
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(_options.TimeoutSeconds), _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            var answer = await _generator.GenerateAsync(batch, cancellationToken: either.Token);
            if (answer.Count != batch.Length || answer.Any(embedding => embedding.Vector.Length != _options.Dimensions))
                throw new ModelException(
                    _options.Name,
                    ModelStatus.Refused,
                    $"{_options.Name} gave {answer.Count} vectors of {answer.FirstOrDefault()?.Vector.Length} numbers for {batch.Length} texts; Models:Embedding:Dimensions is {_options.Dimensions}."
                );
            return answer;
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            var classified = WireErrors.Classify(_options.Name, failure, _time);
            status = classified.Status;
            throw classified;
        }
        catch
        {
            status = ModelStatus.Cancelled;
            throw;
        }
        finally
        {
            _metrics.Requested(tenant, _options.Name, status, Stopwatch.GetElapsedTime(started));
        }
    }
}
