using Xunit;

namespace DocuChat.Tests.Infrastructure;

/// <summary>
/// For classes that read metrics. OpenTelemetry collects a meter by its name from the whole process: two services that live in it at the
/// same time share their series, and the end of one takes them from the other. These classes run one after another, with nothing beside them.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneCollection
{
    public const string Name = "alone";
}
