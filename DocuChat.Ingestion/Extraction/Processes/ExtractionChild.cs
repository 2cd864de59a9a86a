using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace DocuChat.Ingestion.Extraction.Processes;

/// <summary>
/// The program as a child of the worker (<c>DocuChat.Ingestion extract</c>): reads files that it is asked for, one after the other, and answers on its
/// standard output. It ends when its standard input does, so it never outlives the worker, however that ends.
/// </summary>
internal static class ExtractionChild
{
    public const string Command = "extract";

    private const int StackBytes = 16 * 1024 * 1024;
    private const long LargeHeapBytes = 64L * 1024 * 1024;

    private static volatile bool _ranOutOfMemory;

    public static async Task<int> RunAsync()
    {
        await using var requests = Console.OpenStandardInput();
        await using var replies = Console.OpenStandardOutput();
        // Whatever a library prints is no message.
        Console.SetOut(TextWriter.Null);
        // A lenient parser takes the end of memory for a fault of the file and goes on without what it was reading.
        AppDomain.CurrentDomain.FirstChanceException += (_, raised) => _ranOutOfMemory |= raised.Exception is OutOfMemoryException;
        while (await ExtractionMessages.ReadAsync(requests, ExtractionJson.Compact.ExtractionRequest, CancellationToken.None) is { } request)
        {
            // On a thread of its own, so that the end of the input is seen while a file is read. The worker sends the next request after the reply.
            new Thread(() => Answer(request, replies), StackBytes) { IsBackground = true }.Start();
        }
        return 0;
    }

    private static void Answer(ExtractionRequest request, Stream replies)
    {
        _ranOutOfMemory = false;
        ReadAndReply(request, replies);
        if (GC.GetTotalMemory(forceFullCollection: false) > LargeHeapBytes)
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
    }

    // By itself, so that nothing holds the document any more when the heap is cleared behind it.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void ReadAndReply(ExtractionRequest request, Stream replies)
    {
        var reply = Read(request);
        try
        {
            try
            {
                ExtractionMessages.WriteReply(replies, reply);
            }
            catch (OutOfMemoryException)
            {
                ExtractionMessages.WriteReply(replies, Exhausted());
            }
        }
        catch (Exception exception) when (exception is IOException or OutOfMemoryException)
        {
            // Nobody is left to tell, or no room to say it in. The worker sees the end.
            Environment.Exit(1);
        }
    }

    private static ExtractionReply Read(ExtractionRequest request)
    {
        try
        {
            using var content = new FileStream(request.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var document = Extractor.Extract(request.ContentType, content, request.Limits, Tesseract.Find(request.Tesseract, request.Limits.RecognitionBytes));
            return _ranOutOfMemory ? Exhausted() : new ExtractionReply { Document = document };
        }
        catch (Exception) when (_ranOutOfMemory)
        {
            return Exhausted();
        }
        catch (ExtractionException exception)
        {
            return new ExtractionReply { Reason = exception.Message };
        }
        catch (InsufficientExecutionStackException)
        {
            return new ExtractionReply { Reason = ExtractionLimits.NestedTooDeeply().Message };
        }
        catch (Exception exception)
        {
            return new ExtractionReply
            {
                Reason = "The document is damaged, or made in a way that is not understood, and cannot be read.",
                // Not the message, which may quote the file.
                Fault = $"{exception.GetType()}{Environment.NewLine}{new StackTrace(exception)}",
            };
        }
    }

    private static ExtractionReply Exhausted() => new() { IsExhausted = true };
}
