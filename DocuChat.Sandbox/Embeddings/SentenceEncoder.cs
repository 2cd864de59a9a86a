using System.Diagnostics;
using System.Text;
using FastBertTokenizer;
using Microsoft.Extensions.Options;
using Microsoft.ML.OnnxRuntime;

namespace DocuChat.Sandbox.Embeddings;

/// <summary>A text's place in the model's space.</summary>
/// <param name="Vector">Of length 1; 384 numbers.</param>
/// <param name="Tokens">Tokens that the model read, its two marks for begin and end included.</param>
public readonly record struct TextEmbedding(float[] Vector, int Tokens);

/// <summary>
/// all-MiniLM-L6-v2 on ONNX Runtime: tokens of the texts, mean of the token states, normalised. Loaded at the first use. One session
/// serves all requests.
/// </summary>
public sealed class SentenceEncoder(IOptions<EmbeddingOptions> options, ILogger<SentenceEncoder> logger) : IAsyncDisposable
{
    public const string ModelName = "all-MiniLM-L6-v2";
    public const int Dimensions = 384;

    // What a batch holds in memory grows with its tokens, and it stands between a short question and its turn; larger ones are no faster.
    private const int BatchTexts = 16;
    private const int BatchTokens = 512;

    // After so many tokens the session's working memory has grown to that of its largest batches, and is given back once nothing waits.
    private const int TokensOfBulk = 4096;

    private static readonly string[] _inputs = ["input_ids", "attention_mask", "token_type_ids"];
    private static readonly string[] _outputs = ["last_hidden_state"];

    private readonly Lazy<Task<Loaded>> _model = new(() => Task.Run(() => Load(options.Value, logger)));
    private readonly int _concurrent = ConcurrentBatches(options.Value);
    private readonly SemaphoreSlim _gate = new(ConcurrentBatches(options.Value));

    private int _batches;
    private int _tokensSinceShrink;

    /// <summary>Embeds texts, in their order.</summary>
    public async Task<TextEmbedding[]> EncodeAsync(IReadOnlyList<string> texts, CancellationToken cancellationToken)
    {
        var model = await _model.Value.WaitAsync(cancellationToken);
        var tokens = await Task.Run(() => texts.Select(text => Tokenize(model.Tokenizer, text)).ToArray(), cancellationToken);
        var embeddings = new TextEmbedding[texts.Count];
        await Task.WhenAll(BatchesOf(tokens).Select(batch => EncodeBatchAsync(model.Session, tokens, batch, embeddings, cancellationToken)));
        return embeddings;
    }

    private static int ConcurrentBatches(EmbeddingOptions options) => options.ConcurrentBatches > 0 ? options.ConcurrentBatches : Environment.ProcessorCount;

    // Texts of like length go together, because the shorter ones of a batch are filled up to the longest.
    private static IEnumerable<int[]> BatchesOf(long[][] tokens)
    {
        var batch = new List<int>();
        foreach (var index in Enumerable.Range(0, tokens.Length).OrderBy(index => tokens[index].Length))
        {
            if (batch.Count == BatchTexts || (batch.Count + 1) * tokens[index].Length > BatchTokens && batch.Count > 0)
            {
                yield return batch.ToArray();
                batch.Clear();
            }
            batch.Add(index);
        }
        if (batch.Count > 0)
            yield return batch.ToArray();
    }

    private long[] Tokenize(BertTokenizer tokenizer, string text)
    {
        Span<long> ids = stackalloc long[options.Value.MaxTokens];
        Span<long> mask = stackalloc long[options.Value.MaxTokens];
        var count = tokenizer.Encode(text, ids, mask);
        return ids[..count].ToArray();
    }

    private async Task EncodeBatchAsync(InferenceSession session, long[][] tokens, int[] batch, TextEmbedding[] embeddings, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _batches);
        try
        {
            await _gate.WaitAsync(cancellationToken);
            try
            {
                await Task.Run(() => EncodeBatch(session, tokens, batch, embeddings), cancellationToken);
            }
            finally
            {
                _gate.Release();
            }
        }
        finally
        {
            Interlocked.Decrement(ref _batches);
        }
    }

    private void EncodeBatch(InferenceSession session, long[][] tokens, int[] batch, TextEmbedding[] embeddings)
    {
        var width = tokens[batch[^1]].Length;
        var ids = new long[batch.Length * width];
        var mask = new long[batch.Length * width];
        for (var row = 0; row < batch.Length; row++)
        {
            tokens[batch[row]].CopyTo(ids, row * width);
            Array.Fill(mask, 1, row * width, tokens[batch[row]].Length);
        }

        long[] shape = [batch.Length, width];
        using var idsTensor = OrtValue.CreateTensorValueFromMemory(ids, shape);
        using var maskTensor = OrtValue.CreateTensorValueFromMemory(mask, shape);
        using var typesTensor = OrtValue.CreateTensorValueFromMemory(new long[ids.Length], shape);
        using var run = new RunOptions();
        var others = Volatile.Read(ref _batches) - 1;
        if (Interlocked.Add(ref _tokensSinceShrink, ids.Length) > TokensOfBulk && others < _concurrent)
        {
            run.AddRunConfigEntry("memory.enable_memory_arena_shrinkage", "cpu:0");
            // One that runs beside another frees only what that one does not use.
            if (others == 0)
                Volatile.Write(ref _tokensSinceShrink, 0);
        }
        using var results = session.Run(run, _inputs, [idsTensor, maskTensor, typesTensor], _outputs);
        var states = results[0].GetTensorDataAsSpan<float>();

        for (var row = 0; row < batch.Length; row++)
        {
            var count = tokens[batch[row]].Length;
            embeddings[batch[row]] = new TextEmbedding(Pool(states.Slice(row * width * Dimensions, count * Dimensions)), count);
        }
    }

    // The mean needs no division: the vector is brought to length 1 after it.
    private static float[] Pool(ReadOnlySpan<float> states)
    {
        var sum = new float[Dimensions];
        for (var at = 0; at < states.Length; at += Dimensions)
        {
            for (var i = 0; i < Dimensions; i++)
                sum[i] += states[at + i];
        }
        var length = MathF.Sqrt(sum.Sum(value => value * value));
        for (var i = 0; i < Dimensions; i++)
            sum[i] /= length;
        return sum;
    }

    private static Loaded Load(EmbeddingOptions options, ILogger logger)
    {
        var started = Stopwatch.GetTimestamp();
        using var file = File.OpenRead(PackagedModel.Path);

        var (vocabularyAt, vocabularyLength) = PackagedModel.Locate(file, "vocab.txt");
        var vocabulary = new byte[vocabularyLength];
        file.Position = vocabularyAt;
        file.ReadExactly(vocabulary);
        var tokenizer = new BertTokenizer();
        tokenizer.LoadVocabulary(new StreamReader(new MemoryStream(vocabulary), Encoding.UTF8), convertInputToLowercase: true);

        var (modelAt, modelLength) = PackagedModel.Locate(file, "model.onnx");
        var model = OnnxInPlace.Rewrite(file, modelAt, modelLength, Path.GetFileName(PackagedModel.Path));

        using var settings = new Microsoft.ML.OnnxRuntime.SessionOptions { IntraOpNumThreads = options.IntraOpThreads, InterOpNumThreads = 1 };
        settings.AddSessionConfigEntry("session.model_external_initializers_file_folder_path", Path.GetDirectoryName(PackagedModel.Path)!);
        // Threads that spin between batches would take the cores from everything else on the machine.
        settings.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        var session = new InferenceSession(model, settings);
        Log.ModelLoaded(logger, ModelName, Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        return new Loaded(tokenizer, session);
    }

    public async ValueTask DisposeAsync()
    {
        if (_model.IsValueCreated)
            (await _model.Value).Session.Dispose();
        _gate.Dispose();
    }

    private sealed record Loaded(BertTokenizer Tokenizer, InferenceSession Session);
}
