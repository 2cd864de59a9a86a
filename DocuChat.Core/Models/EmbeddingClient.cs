using System.Diagnostics;
using DocuChat.Core.Persistence;
using DocuChat.Core.Retrieval;
using DocuChat.Core.Text;
using DocuChat.Core.Usage;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Options;
using Npgsql;

namespace DocuChat.Core.Models;

/// <summary>Vectors of texts, in their order, and the call that is to be charged for them.</summary>
public sealed record EmbeddingResult(IReadOnlyList<ReadOnlyMemory<float>> Vectors, ModelCall Call);

/// <summary>Makes vectors with the configured embedding model.</summary>
public sealed class EmbeddingClient
{
    private readonly IEmbeddingGenerator<string, Embedding<float>> _generator;
    private readonly EmbeddingOptions _options;
    private readonly NpgsqlDataSource _database;
    private readonly TenantSlugs _tenants;
    private readonly ModelMetrics _metrics;
    private readonly ModelRetry _retry;
    private readonly TimeProvider _time;
    private EmbeddingModel? _model;

    internal EmbeddingClient(OpenAiConnection connection, NpgsqlDataSource database, TenantSlugs tenants, ModelMetrics metrics, IOptions<ModelsOptions> options, TimeProvider time)
    {
        _options = options.Value.Embedding;
        _generator = connection.Client.GetEmbeddingClient(_options.Name).AsIEmbeddingGenerator(_options.Dimensions);
        _database = database;
        _tenants = tenants;
        _metrics = metrics;
        _retry = new ModelRetry(options.Value, time);
        _time = time;
    }

    /// <summary>
    /// Embeds <paramref name="texts"/>, in as many requests as they need. All of them are one call for the ledger: none is charged unless all
    /// succeeded.
    /// </summary>
    /// <param name="tenantId">Whose texts they are.</param>
    /// <param name="texts">The texts; none may be empty.</param>
    /// <param name="kind">What for.</param>
    /// <param name="requestId">The question or document version that they belong to.</param>
    /// <param name="cancellationToken">Cancels the requests.</param>
    /// <exception cref="ModelException">The model did not answer, or with vectors of another length than configured.</exception>
    public async Task<EmbeddingResult> EmbedAsync(Guid tenantId, IReadOnlyList<string> texts, CallKind kind, Guid requestId, CancellationToken cancellationToken)
    {
        var began = _time.GetUtcNow();
        var tenant = await _tenants.OfAsync(tenantId, cancellationToken);
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
        }
        return new EmbeddingResult(vectors, new ModelCall(requestId, kind, 1, _options.Name, _options.Name, tokens, 0, counted, began));
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
