namespace DocuChat.AppHost;

/// <summary>A project that the AppHost's own build has built. Without this word each service would be built once more by its own <c>dotnet run</c>, all of them at the same time, while they start.</summary>
internal sealed class AlreadyBuilt<TProject> : IProjectMetadata
    where TProject : IProjectMetadata, new()
{
    /// <inheritdoc/>
    public string ProjectPath { get; } = new TProject().ProjectPath;

    /// <inheritdoc/>
    public bool SuppressBuild => true;
}
