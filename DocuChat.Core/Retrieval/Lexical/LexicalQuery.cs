using DocuChat.Core.Text.Analysis;
using Npgsql;

namespace DocuChat.Core.Retrieval.Lexical;

/// <summary>
/// Scores a question by BM25 over the tenant's segments: one statement fetches the blocks that its terms fall into, and the postings are added up here.
/// </summary>
/// <remarks>
/// Chunks, their mean length and the holders of a term are counted over all segments. Chunks that were deleted count until their segment is merged
/// (a merge follows when they are a quarter), so the figures are near, and near for all chunks alike.
/// </remarks>
internal sealed class LexicalQuery
{
    /// <summary>
    /// An n-gram that more than this share of a large segment's chunks hold is left out: it says next to nothing, and its postings are the longest to read. Words are
    /// never left out.
    /// </summary>
    private const double CommonGramShare = 0.05;

    // One statement and so one snapshot: a merge may replace the segments at any moment.
    private const string Sql = """
        select s.id, s.bits, s.first_chunk_id, s.chunks, s.words, b.bucket, b.term, b.postings,
               case when b.term >= 0 and b.term % 2 = 1 and b.postings > s.chunks * $2 then null else b.data end
        from lexical_segments s
        left join lateral (
            select * from lexical_blocks k
            where k.tenant_id = s.tenant_id and k.segment_id = s.id
              and k.bucket = any (array(select (t >> (32 - s.bits))::integer from unnest($1) t))
              and (k.term = -1 or k.term = any ($1))) b on true
        where s.tenant_id = $3
        """;

    private readonly Dictionary<uint, TermState> _terms;
    private readonly Guid _tenantId;
    private long _chunks;
    private long _words;

    public LexicalQuery(Guid tenantId, string text)
    {
        _tenantId = tenantId;
        _terms = TextAnalyzer.AnalyzeQuery(text).ToDictionary(term => term.Term, term => new TermState(term.Weight));
    }

    /// <summary>Whether the question has any term; without one there is nothing to fetch.</summary>
    public bool HasTerms => _terms.Count > 0;

    /// <summary>The statement that fetches what the question needs.</summary>
    public NpgsqlBatchCommand Command() =>
        new(Sql)
        {
            Parameters =
            {
                new() { Value = _terms.Keys.Select(term => (long)term).ToArray() },
                new() { Value = CommonGramShare },
                new() { Value = _tenantId },
            },
        };

    /// <summary>Takes the statement's rows.</summary>
    public async Task ReadAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        var segment = -1L;
        while (await reader.ReadAsync(cancellationToken))
        {
            // A segment's row comes once for each of its blocks, and once when none of them matches. Rows of a segment stand together: it is the join's outer side.
            if (reader.GetInt64(0) is var id && id != segment)
            {
                segment = id;
                _chunks += reader.GetInt32(3);
                _words += reader.GetInt64(4);
            }
            if (!reader.IsDBNull(5))
                Take(reader);
        }
    }

    private void Take(NpgsqlDataReader reader)
    {
        var firstChunk = reader.GetInt64(2);
        if (reader.GetInt64(6) is var term and not LexicalBlock.Mixed)
        {
            var state = _terms[(uint)term];
            state.Holders += reader.GetInt32(7);
            if (reader.IsDBNull(8))
                state.IsCommon = true;
            else
                state.Lists.Add((firstChunk, reader.GetFieldValue<byte[]>(8)));
            return;
        }
        foreach (var entry in PostingsFormat.ReadTerms(reader.GetFieldValue<byte[]>(8), reader.GetInt32(5), reader.GetInt32(1)))
        {
            if (!_terms.TryGetValue(entry.Term, out var state))
                continue;
            state.Holders += entry.Postings;
            state.Lists.Add((firstChunk, entry.Data));
        }
    }

    /// <summary>Adds the postings up.</summary>
    /// <param name="wanted">The chunks that may be found; null for all.</param>
    public LexicalScores Score(IReadOnlySet<long>? wanted)
    {
        var accumulators = new Accumulators();
        var weights = new Dictionary<uint, double>(_terms.Count);
        if (_chunks > 0)
        {
            var average = Math.Max(1, (double)_words / _chunks);
            var norms = Enumerable.Range(0, LengthCode.Maximum + 1).Select(code => (float)Bm25.Norm(LengthCode.Words(code), average)).ToArray();
            foreach (var (term, state) in _terms.Where(term => !term.Value.IsCommon))
            {
                var weight = weights[term] = state.Weight * Bm25.Idf(_chunks, state.Holders);
                foreach (var (firstChunk, data) in state.Lists)
                    AddUp(accumulators, data.Span, firstChunk, (float)(weight * (Bm25.K1 + 1)), norms);
            }
        }
        return new LexicalScores(accumulators, weights, wanted);
    }

    private static void AddUp(Accumulators accumulators, ReadOnlySpan<byte> data, long firstChunk, float weight, float[] norms)
    {
        var position = 0;
        var chunk = firstChunk;
        while (position < data.Length)
        {
            var posting = PostingsFormat.ReadPosting(data, ref position, chunk);
            chunk = posting.ChunkId;
            accumulators.Add(chunk, weight * posting.Count / (posting.Count + norms[posting.LengthCode]));
        }
    }

    private sealed class TermState(float weight)
    {
        public float Weight { get; } = weight;
        public long Holders { get; set; }
        public bool IsCommon { get; set; }
        public List<(long FirstChunk, ReadOnlyMemory<byte> Data)> Lists { get; } = [];
    }
}

/// <summary>What BM25 says of a question.</summary>
/// <param name="Accumulators">Score of each chunk that holds any of its terms.</param>
/// <param name="Weights">What each of its terms says, those that no chunk holds included.</param>
/// <param name="Wanted">The chunks that may be found; null for all.</param>
internal sealed record LexicalScores(Accumulators Accumulators, IReadOnlyDictionary<uint, double> Weights, IReadOnlySet<long>? Wanted) : IDisposable
{
    /// <summary>The best chunks, without those that are known to be gone.</summary>
    public List<ScoredChunk> Best(int count, IReadOnlySet<long> gone) => Accumulators.Best(count, chunk => Wanted?.Contains(chunk) != false && !gone.Contains(chunk));

    public void Dispose() => Accumulators.Dispose();
}
