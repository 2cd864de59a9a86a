using DocuChat.Core.Text.Analysis;
using Npgsql;

namespace DocuChat.Benchmarks.LexicalStorage;

/// <summary>A chunk that is to be indexed: its terms, one for each occurrence, and its number of words.</summary>
internal sealed record AnalysedChunk(long Id, string Text, IReadOnlyDictionary<uint, int> Counts, int Words);

/// <summary>One way to keep postings in PostgreSQL.</summary>
internal interface ILexicalStorage
{
    string Name { get; }

    /// <summary>Tables whose size, with indexes and TOAST, is the storage's.</summary>
    IReadOnlyList<string> Tables { get; }

    Task CreateAsync(NpgsqlDataSource database, CancellationToken cancellationToken);

    /// <summary>Indexes the chunks of one document, in one transaction.</summary>
    Task AddAsync(NpgsqlDataSource database, Guid tenantId, IReadOnlyList<AnalysedChunk> chunks, CancellationToken cancellationToken);

    /// <summary>What it does when all documents are in.</summary>
    Task SettleAsync(NpgsqlDataSource database, Guid tenantId, CancellationToken cancellationToken);

    /// <summary>The best 100 chunks by BM25.</summary>
    Task<IReadOnlyList<long>> SearchAsync(NpgsqlDataSource database, Guid tenantId, string question, IReadOnlyList<QueryTerm> terms, CorpusFigures figures, CancellationToken cancellationToken);
}

/// <summary>What BM25 must know of the corpus; kept by a trigger or a counter in a real system.</summary>
internal sealed record CorpusFigures(int Chunks, double AverageWords);
