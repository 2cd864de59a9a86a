using DocuChat.Core.Documents;

namespace DocuChat.Ingestion.Processing;

/// <summary>Times the stages of one processing. They follow each other without a gap, so their sum is the whole.</summary>
internal sealed class StageClock(TimeProvider time, IngestionMetrics metrics)
{
    private readonly List<DocumentStage> _stages = [];
    private readonly long _started = time.GetTimestamp();
    private long _stageStarted = time.GetTimestamp();

    public IReadOnlyList<DocumentStage> Stages => [.. _stages];

    public TimeSpan Elapsed => time.GetElapsedTime(_started);

    /// <summary>Ends the stage that runs.</summary>
    public void End(string name)
    {
        var now = time.GetTimestamp();
        var seconds = Math.Round(time.GetElapsedTime(_stageStarted, now).TotalSeconds, 4);
        _stageStarted = now;
        _stages.Add(new DocumentStage(name, seconds));
        metrics.Staged(name, seconds);
    }
}
