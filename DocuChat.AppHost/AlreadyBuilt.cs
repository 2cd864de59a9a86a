using System.Reflection;

namespace DocuChat.AppHost;

/// <summary>
/// A project that the AppHost's own build has built. Without this word each service would be built once more by its own <c>dotnet run</c>,
/// all of them at the same time, while they start.
/// </summary>
internal sealed class AlreadyBuilt<TProject> : IProjectMetadata
    where TProject : IProjectMetadata, new()
{
    /// <inheritdoc/>
    public string ProjectPath { get; } = new TProject().ProjectPath;

    /// <inheritdoc/>
    public bool SuppressBuild => true;
}

internal static class AlreadyBuiltExtensions
{
    // Beside its project file, where the AppHost's build puts every project.
    private static readonly string _output = typeof(AlreadyBuiltExtensions).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(metadata => metadata.Key == "output").Value!;

    /// <summary>
    /// Adds a project whose program Aspire starts itself. A <c>dotnet run</c> in between reads the project once more and stays beside the
    /// program: seconds and memory for each of them, for nothing. Under a debugger the IDE still starts it.
    /// </summary>
    public static IResourceBuilder<ProjectResource> AddBuiltProject<TProject>(this IDistributedApplicationBuilder builder, string name)
        where TProject : IProjectMetadata, new()
    {
        var project = builder.AddProject<AlreadyBuilt<TProject>>(name, options => options.ExcludeLaunchProfile = true);
        if (builder.ExecutionContext.IsPublishMode)
            return project;
        var path = project.Resource.GetProjectMetadata().ProjectPath;
        var folder = Path.GetDirectoryName(path)!;
        var program = Path.GetFileNameWithoutExtension(path) + (OperatingSystem.IsWindows() ? ".exe" : "");
        return project.WithAnnotation(new ExecutableAnnotation { Command = Path.Combine(folder, _output, program), WorkingDirectory = folder });
    }
}
