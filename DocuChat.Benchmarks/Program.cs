using DocuChat.Benchmarks;
using DocuChat.Benchmarks.Answers;
using DocuChat.Benchmarks.Billing;
using DocuChat.Benchmarks.Gateway;
using DocuChat.Benchmarks.Ingestion;
using DocuChat.Benchmarks.LexicalStorage;
using DocuChat.Benchmarks.Quality;
using DocuChat.Benchmarks.Retrieval;

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, press) =>
{
    press.Cancel = true;
    stop.Cancel();
};

switch (args)
{
    case ["quality", .. var rest]:
        return await QualityBenchmark.RunAsync(BenchmarkArguments.Parse(rest), stop.Token);
    case ["evidence", .. var rest]:
        return await EvidenceBenchmark.RunAsync(BenchmarkArguments.Parse(rest), stop.Token);
    case ["retrieval", .. var rest]:
        return await RetrievalBenchmark.RunAsync(BenchmarkArguments.Parse(rest), stop.Token);
    case ["answers", .. var rest]:
        return await AnswersBenchmark.RunAsync(rest, stop.Token);
    case ["billing", .. var rest]:
        return await BillingBenchmark.RunAsync(BenchmarkArguments.Parse(rest), stop.Token);
    case ["gateway", .. var rest]:
        return await GatewayBenchmark.RunAsync(BenchmarkArguments.Parse(rest), stop.Token);
    case ["lexical-storage", .. var rest]:
        return await LexicalStorageBenchmark.RunAsync(BenchmarkArguments.Parse(rest), stop.Token);
    case ["ingestion", .. var rest]:
        return await IngestionBenchmark.RunAsync(BenchmarkArguments.Parse(rest), stop.Token);
    case ["ingestion-memory", .. var rest]:
        return await IngestionMemoryBenchmark.RunAsync(BenchmarkArguments.Parse(rest), stop.Token);
    case ["extraction"]:
        return await ExtractionBenchmark.RunAsync(BenchmarkArguments.DataFolder, stop.Token);
    case ["persian-pdf"]:
        return await PersianPdfBenchmark.RunAsync(BenchmarkArguments.DataFolder, stop.Token);
    default:
        await Console.Error.WriteLineAsync(
            """
            Usage: dotnet run -c Release --project DocuChat.Benchmarks -- <benchmark> --database <connection string of a superuser> [--data <folder>]

              lexical-storage [size …] [storage …]    size, writing and asking of ways to keep postings
              quality [set …]    nDCG@10, recall and MRR of search over collections of --data
              evidence [set …]    how many questions are refused by threshold: a collection's own, and those that it cannot answer
              retrieval [chunks[xtenants] …]    what a search takes at many chunks, of one tenant and of many, beside the bare statement; --peers beside LangChain.js
              answers [set …]    how often the extractive answerer quotes the gold answer; needs no database
              gateway [streams]  what the Api adds to a model's time, at one user and at many streams; --redis <server>
              ingestion    documents and chunks a second through the whole path, one worker and two, and beside the local model alone; --redis <server>; --peers beside LangChain.js and LlamaIndex.TS
              ingestion-memory [size …]    memory of a worker by the size of its documents; --redis <server>
              extraction    pages a second of PDF files beside PdfPig and pdftotext; needs no database
              persian-pdf    character error rate of Persian PDF files beside pdftotext, mutool and PdfPig; needs no database
              billing [tenants] [events]    a billing run over a day, and the usage report beside it
            """
        );
        return 2;
}
