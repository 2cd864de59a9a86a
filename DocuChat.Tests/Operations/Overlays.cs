using DocuChat.Tests.Infrastructure;
using k8s;
using k8s.Models;

namespace DocuChat.Tests.Operations;

/// <summary>What <c>kubectl kustomize</c> makes of an overlay. Parsed strictly: a field that Kubernetes does not know is an error there, and silence in a cluster.</summary>
public sealed class Overlays
{
    /// <summary>Objects of operators that the cluster has, whose schema a client does not know.</summary>
    public static readonly IReadOnlyList<string> Foreign = ["ClusterIssuer", "ExternalSecret", "VerticalPodAutoscaler", "ScaledObject"];

    private readonly Dictionary<string, Task<Overlay>> _rendered = [];

    public Task<Overlay> RenderAsync(string name)
    {
        lock (_rendered)
            return _rendered.TryGetValue(name, out var known) ? known : _rendered[name] = LoadAsync(name);
    }

    public static async Task<string> KubectlAsync(params string[] arguments)
    {
        // The machine's own, or the one that the set-up brought.
        var (_, folder, _) = await Tool.RunAsync(Repository.PathTo("eng", "checkers.sh"), []);
        var own = Path.Combine(folder.Trim(), "kubectl");
        return await Tool.OutputAsync(File.Exists(own) ? own : "kubectl", arguments);
    }

    public static Overlay Parse(string text)
    {
        var documents = text.Split("\n---\n");
        var known = documents.Where(document => !Foreign.Any(kind => document.Contains($"\nkind: {kind}\n", StringComparison.Ordinal)));
        return new Overlay(text, documents.Length, [.. KubernetesYaml.LoadAllFromString(string.Join("\n---\n", known), null, strict: true).Cast<IKubernetesObject<V1ObjectMeta>>()]);
    }

    private static async Task<Overlay> LoadAsync(string name) => Parse(await KubectlAsync("kustomize", Repository.PathTo("deploy", "overlays", name)));
}

/// <summary>An overlay's text and objects.</summary>
public sealed record Overlay(string Text, int Count, IReadOnlyList<IKubernetesObject<V1ObjectMeta>> Objects)
{
    /// <summary>Every pod that is made of it, by the kind and name of what makes it.</summary>
    public IReadOnlyList<(string Owner, V1ObjectMeta Metadata, V1PodSpec Spec)> Pods =>
        [
            .. Of<V1Deployment>().Select(one => ($"Deployment/{one.Name()}", one.Spec.Template.Metadata, one.Spec.Template.Spec)),
            .. Of<V1StatefulSet>().Select(one => ($"StatefulSet/{one.Name()}", one.Spec.Template.Metadata, one.Spec.Template.Spec)),
            .. Of<V1Job>().Select(one => ($"Job/{one.Name()}", one.Spec.Template.Metadata, one.Spec.Template.Spec)),
            .. Of<V1CronJob>().Select(one => ($"CronJob/{one.Name()}", one.Spec.JobTemplate.Spec.Template.Metadata, one.Spec.JobTemplate.Spec.Template.Spec)),
        ];

    public IEnumerable<T> Of<T>() => Objects.OfType<T>();

    public T Get<T>(string name)
        where T : IKubernetesObject<V1ObjectMeta> => Of<T>().Single(one => one.Metadata.Name == name);
}
