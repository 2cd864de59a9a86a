using System.Runtime.InteropServices;
using Npgsql;

namespace DocuChat.Core.Retrieval.Lexical;

/// <summary>
/// Makes few large segments of many small ones and drops the postings of chunks that are gone. A merge is one transaction: killed anywhere, it has changed nothing;
/// readers see the old segments or the new one. Publishing never waits for it.
/// </summary>
internal sealed class SegmentMerger(NpgsqlDataSource database)
{
    /// <summary>Bytes of postings that are read, merged and written at once.</summary>
    private const long StepBytes = 4 << 20;

    /// <summary>Merges what the policy says should be merged now.</summary>
    /// <returns>Whether anything was; then there may be more.</returns>
    public async Task<bool> MergeAsync(Guid tenantId, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (!await BeginAsync(connection, transaction, tenantId, cancellationToken))
            return false;
        var (segments, liveChunks) = await SizesAsync(connection, transaction, tenantId, cancellationToken);
        var chosen = MergePolicy.Next(segments, liveChunks);
        if (chosen.Count == 0)
            return false;
        var sources = await LockAsync(connection, transaction, tenantId, chosen, cancellationToken);
        if (sources.Count == 0)
            return false;

        await MergeAsync(connection, transaction, tenantId, sources, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    /// <summary>Binds the transaction. Of those who would merge a tenant at the same time, one does.</summary>
    private static async Task<bool> BeginAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, Guid tenantId, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection, transaction)
        {
            BatchCommands =
            {
                new("call use_tenant($1)") { Parameters = { new() { Value = tenantId } } },
                new("select pg_try_advisory_xact_lock(hashtextextended('lexical merge ' || $1::text, 0))") { Parameters = { new() { Value = tenantId } } },
            },
        };
        return (bool)(await batch.ExecuteScalarAsync(cancellationToken))!;
    }

    private static async Task<(List<SegmentSize> Segments, long LiveChunks)> SizesAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, Guid tenantId, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection, transaction)
        {
            BatchCommands =
            {
                new("select count(*) from chunks where tenant_id = $1") { Parameters = { new() { Value = tenantId } } },
                new("select id, chunks, bytes from lexical_segments where tenant_id = $1") { Parameters = { new() { Value = tenantId } } },
            },
        };
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        var live = reader.GetInt64(0);
        await reader.NextResultAsync(cancellationToken);
        var segments = new List<SegmentSize>();
        while (await reader.ReadAsync(cancellationToken))
            segments.Add(new SegmentSize(reader.GetInt64(0), reader.GetInt32(1), reader.GetInt64(2)));
        return (segments, live);
    }

    /// <summary>Holds the chosen segments against deletion. Those that a publication is just deleting are left out.</summary>
    private static async Task<List<Source>> LockAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, Guid tenantId, IReadOnlyList<SegmentSize> chosen, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "select id, bits, first_chunk_id, last_chunk_id, chunks, words, bytes from lexical_segments where tenant_id = $1 and id = any ($2) order by id for update skip locked",
            connection,
            transaction
        )
        {
            Parameters = { new() { Value = tenantId }, new() { Value = chosen.Select(segment => segment.Id).ToArray() } },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var sources = new List<Source>();
        while (await reader.ReadAsync(cancellationToken))
        {
            sources.Add(
                new Source(reader.GetInt64(0), reader.GetInt32(1), reader.GetInt64(2), reader.GetInt64(3), reader.GetInt32(4), reader.GetInt64(5), reader.GetInt64(6))
            );
        }
        return sources;
    }

    private static async Task MergeAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, Guid tenantId, IReadOnlyList<Source> sources, CancellationToken cancellationToken)
    {
        var live = await LiveAsync(connection, transaction, tenantId, sources, cancellationToken);
        var total = sources.Sum(source => source.Bytes);
        var merged = new BuiltSegment(PostingsFormat.BitsFor(total), live.First, live.Last, 0, 0, total, []);
        var id = await SegmentStore.AddSegmentAsync(connection, transaction, tenantId, documentId: null, merged, cancellationToken);
        await MergeBlocksAsync(connection, transaction, tenantId, sources, live, id, merged, cancellationToken);
        // Their blocks go with them.
        await using var delete = new NpgsqlCommand("delete from lexical_segments where tenant_id = $1 and id = any ($2)", connection, transaction)
        {
            Parameters = { new() { Value = tenantId }, new() { Value = sources.Select(source => source.Id).ToArray() } },
        };
        await delete.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Walks over the terms from the lowest to the highest, a range at a time that all sources can be cut at.</summary>
    private static async Task MergeBlocksAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, Guid tenantId, IReadOnlyList<Source> sources, LiveChunks live, long id, BuiltSegment merged, CancellationToken cancellationToken)
    {
        var cutBits = Math.Min(sources.Min(source => source.Bits), merged.Bits);
        var cuts = 1 << cutBits;
        var step = Math.Max(1, (int)(cuts * StepBytes / Math.Max(1, merged.Bytes)));
        var writer = new BlockWriter(merged.Bits, merged.FirstChunkId);
        var written = 0L;
        for (var cut = 0; cut < cuts; cut += step)
        {
            var end = Math.Min(cuts, cut + step);
            var terms = await ReadAsync(connection, transaction, tenantId, sources, cut, end, cutBits, live, cancellationToken);
            foreach (var (term, postings) in terms)
            {
                postings.Sort((left, right) => left.ChunkId.CompareTo(right.ChunkId));
                writer.Add(term, CollectionsMarshal.AsSpan(postings));
            }
            var blocks = writer.Take(isLast: end == cuts);
            written += blocks.Sum(block => (long)block.Data.Length);
            await SegmentStore.AddBlocksAsync(connection, transaction, tenantId, id, blocks, cancellationToken);
        }
        // The words of a chunk are not kept one by one: the dead ones are taken to be as long as the others.
        var words = sources.Sum(source => source.Words) * live.Met / Math.Max(1, sources.Sum(source => (long)source.Chunks));
        await using var finish = new NpgsqlCommand(
            live.Met > 0
                ? "update lexical_segments set chunks = $3, words = $4, bytes = $5 where tenant_id = $1 and id = $2"
                : "delete from lexical_segments where tenant_id = $1 and id = $2",
            connection,
            transaction
        )
        {
            Parameters = { new() { Value = tenantId }, new() { Value = id } },
        };
        if (live.Met > 0)
        {
            finish.Parameters.Add(new() { Value = live.Met });
            finish.Parameters.Add(new() { Value = words });
            finish.Parameters.Add(new() { Value = written });
        }
        await finish.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>The live postings of the terms in a range.</summary>
    private static async Task<SortedDictionary<uint, List<Posting>>> ReadAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, Guid tenantId, IReadOnlyList<Source> sources, int from, int to, int cutBits, LiveChunks live, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            select s.position, b.bucket, b.term, b.data
            from unnest($2, $3, $4) with ordinality as s (id, first_bucket, end_bucket, position)
            join lexical_blocks b on b.tenant_id = $1 and b.segment_id = s.id and b.bucket >= s.first_bucket and b.bucket < s.end_bucket
            """,
            connection,
            transaction
        )
        {
            Parameters =
            {
                new() { Value = tenantId },
                new() { Value = sources.Select(source => source.Id).ToArray() },
                new() { Value = sources.Select(source => from << (source.Bits - cutBits)).ToArray() },
                new() { Value = sources.Select(source => to << (source.Bits - cutBits)).ToArray() },
            },
        };
        var terms = new SortedDictionary<uint, List<Posting>>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var source = sources[(int)reader.GetInt64(0) - 1];
            var data = reader.GetFieldValue<byte[]>(3);
            if (reader.GetInt64(2) is var term and not LexicalBlock.Mixed)
                AddLive(terms, (uint)term, data, source.FirstChunkId, live);
            else
            {
                foreach (var entry in PostingsFormat.ReadTerms(data, reader.GetInt32(1), source.Bits))
                    AddLive(terms, entry.Term, entry.Data.Span, source.FirstChunkId, live);
            }
        }
        return terms;
    }

    private static void AddLive(SortedDictionary<uint, List<Posting>> terms, uint term, ReadOnlySpan<byte> data, long firstChunk, LiveChunks live)
    {
        terms.TryGetValue(term, out var postings);
        var position = 0;
        var chunk = firstChunk;
        while (position < data.Length)
        {
            var posting = PostingsFormat.ReadPosting(data, ref position, chunk);
            chunk = posting.ChunkId;
            if (!live.Meet(chunk))
                continue;
            if (postings is null)
                terms.Add(term, postings = []);
            postings.Add(posting);
        }
    }

    private static async Task<LiveChunks> LiveAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, Guid tenantId, IReadOnlyList<Source> sources, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "select id from chunks where tenant_id = $1 and id between $2 and $3",
            connection,
            transaction
        )
        {
            Parameters =
            {
                new() { Value = tenantId },
                new() { Value = sources.Min(source => source.FirstChunkId) },
                new() { Value = sources.Max(source => source.LastChunkId) },
            },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var live = new LiveChunks();
        while (await reader.ReadAsync(cancellationToken))
            live.Add(reader.GetInt64(0));
        return live;
    }

    private sealed record Source(long Id, int Bits, long FirstChunkId, long LastChunkId, int Chunks, long Words, long Bytes);

    /// <summary>The tenant's chunks between the lowest and the highest id of the sources, other segments' among them, and which of them the sources hold.</summary>
    private sealed class LiveChunks
    {
        private readonly HashSet<long> _ids = [];
        private readonly HashSet<long> _met = [];

        public int Met => _met.Count;
        public long First { get; private set; }
        public long Last { get; private set; }

        public void Add(long id)
        {
            (First, Last) = (_ids.Count == 0 ? id : Math.Min(First, id), Math.Max(Last, id));
            _ids.Add(id);
        }

        public bool Meet(long id)
        {
            if (!_ids.Contains(id))
                return false;
            _met.Add(id);
            return true;
        }
    }
}
