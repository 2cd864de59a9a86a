using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using k8s;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace DocuChat.Tests.Operations;

/// <summary>
/// Kubernetes' API as far as a deployment speaks it: discovery, server-side apply, and Deployments and Jobs that are ready and done at once. What is applied, patched and to be deleted is kept.
/// </summary>
internal sealed class KubernetesApi : IAsyncDisposable
{
    // Group and version, then plural and kind; a slash before those that belong to no namespace.
    private static readonly (string Version, (string Plural, string Kind)[] Resources)[] _kinds =
    [
        ("v1", [("/namespaces", "Namespace"), ("configmaps", "ConfigMap"), ("secrets", "Secret"), ("services", "Service"), ("serviceaccounts", "ServiceAccount")]),
        ("apps/v1", [("deployments", "Deployment"), ("statefulsets", "StatefulSet"), ("replicasets", "ReplicaSet")]),
        ("batch/v1", [("jobs", "Job"), ("cronjobs", "CronJob")]),
        ("networking.k8s.io/v1", [("networkpolicies", "NetworkPolicy"), ("ingresses", "Ingress")]),
        ("policy/v1", [("poddisruptionbudgets", "PodDisruptionBudget")]),
        ("autoscaling/v2", [("horizontalpodautoscalers", "HorizontalPodAutoscaler")]),
        ("rbac.authorization.k8s.io/v1", [("roles", "Role"), ("rolebindings", "RoleBinding"), ("/clusterroles", "ClusterRole"), ("/clusterrolebindings", "ClusterRoleBinding")]),
        ("autoscaling.k8s.io/v1", [("verticalpodautoscalers", "VerticalPodAutoscaler")]),
        ("external-secrets.io/v1", [("externalsecrets", "ExternalSecret")]),
        ("cert-manager.io/v1", [("/clusterissuers", "ClusterIssuer")]),
    ];

    private readonly WebApplication _server;
    private readonly ConcurrentQueue<string> _applied = new();
    private readonly ConcurrentQueue<string> _patched = new();
    private readonly ConcurrentQueue<string> _deleted = new();

    private KubernetesApi(WebApplication server) => _server = server;

    /// <summary>Paths of the objects that were applied, such as <c>/apis/apps/v1/namespaces/docuchat-prod/deployments/api</c>.</summary>
    public IReadOnlyCollection<string> Applied => _applied;

    /// <summary>Names of Deployments and CronJobs that were put back, with the image that they were put back to.</summary>
    public IReadOnlyCollection<string> Patched => _patched;

    /// <summary>Paths of the objects that were to be deleted. None of them was there.</summary>
    public IReadOnlyCollection<string> Deleted => _deleted;

    public string Address => _server.Urls.First();

    public static async Task<KubernetesApi> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var server = builder.Build();
        server.Urls.Add("http://127.0.0.1:0");
        var api = new KubernetesApi(server);
        server.Run(api.AnswerAsync);
        await server.StartAsync(TestContext.Current.CancellationToken);
        return api;
    }

    /// <summary>Writes what KUBECONFIG names.</summary>
    public async Task<string> WriteConfigAsync(string folder)
    {
        var file = Path.Combine(folder, "kubeconfig");
        await File.WriteAllTextAsync(
            file,
            $$$"""
            apiVersion: v1
            kind: Config
            clusters: [{name: c, cluster: {server: "{{{Address}}}"}}]
            contexts: [{name: c, context: {cluster: c, user: u}}]
            users: [{name: u, user: {token: t}}]
            current-context: c
            """,
            TestContext.Current.CancellationToken
        );
        return file;
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        var answer = path switch
        {
            "/api" => new { kind = "APIVersions", versions = (string[])["v1"] },
            "/apis" => new { kind = "APIGroupList", apiVersion = "v1", groups = _kinds.Skip(1).Select(kind => Group(kind.Version)) },
            "/openapi/v3" => new { paths = _kinds.ToDictionary(kind => Root(kind.Version)[1..], kind => new { serverRelativeURL = $"/openapi/v3{Root(kind.Version)}" }) },
            _ when path.StartsWith("/openapi/v3/", StringComparison.Ordinal) => Schema(path["/openapi/v3".Length..]),
            _ when _kinds.FirstOrDefault(kind => Root(kind.Version) == path) is { Version: not null } kind => Resources(kind),
            _ when HttpMethods.IsPatch(context.Request.Method) => await PatchAsync(context),
            _ when HttpMethods.IsDelete(context.Request.Method) => Delete(path),
            _ when path.Contains("/cronjobs/", StringComparison.Ordinal) => CronJob(path.Split('/')[^1]),
            _ when path.Contains("/deployments", StringComparison.Ordinal) => Object(context, "apps/v1", "Deployment", "deployments"),
            _ when path.Contains("/jobs", StringComparison.Ordinal) => Object(context, "batch/v1", "Job", "jobs"),
            _ when path.EndsWith("/replicasets", StringComparison.Ordinal) => ReplicaSets(context),
            _ => (object?)null,
        };
        if (answer is null)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            answer = new { kind = "Status", apiVersion = "v1", status = "Failure", reason = "NotFound", code = 404 };
        }
        await context.Response.WriteAsJsonAsync(answer, context.RequestAborted);
        if (context.Request.Query.ContainsKey("watch"))
            await context.Response.WriteAsync("\n", context.RequestAborted);
    }

    private static string Root(string version) => version == "v1" ? "/api/v1" : $"/apis/{version}";

    private static object Group(string version)
    {
        var one = new { groupVersion = version, version = version.Split('/')[1] };
        return new { name = version.Split('/')[0], versions = new[] { one }, preferredVersion = one };
    }

    private static object Resources((string Version, (string Plural, string Kind)[] Resources) kind) =>
        new
        {
            kind = "APIResourceList",
            apiVersion = "v1",
            groupVersion = kind.Version,
            resources = kind.Resources.Select(one => new { name = one.Plural.TrimStart('/'), singularName = "", namespaced = one.Plural[0] != '/', kind = one.Kind, verbs = (string[])["create", "get", "list", "patch", "watch"] }),
        };

    // That fields are checked by the server is all that kubectl wants to hear.
    private static object Schema(string root)
    {
        var (version, resources) = _kinds.Single(kind => Root(kind.Version) == root);
        var paths = new JsonObject();
        foreach (var (plural, kind) in resources)
        {
            paths[$"/{plural.TrimStart('/')}/{{name}}"] = new JsonObject
            {
                ["patch"] = new JsonObject
                {
                    ["parameters"] = new JsonArray(new JsonObject { ["name"] = "fieldValidation", ["in"] = "query" }),
                    ["x-kubernetes-group-version-kind"] = new JsonObject { ["group"] = version == "v1" ? "" : version.Split('/')[0], ["version"] = version.Split('/')[^1], ["kind"] = kind },
                    ["responses"] = new JsonObject(),
                },
            };
        }
        return new { openapi = "3.0.0", info = new { title = "Kubernetes", version = "1" }, paths };
    }

    private async Task<object> PatchAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var body = await reader.ReadToEndAsync(context.RequestAborted);
        var path = context.Request.Path.Value!;
        if (context.Request.ContentType?.Contains("apply-patch", StringComparison.Ordinal) == true)
        {
            _applied.Enqueue(path);
            return KubernetesYaml.Deserialize<Dictionary<string, object>>(body) is { } applied ? applied : new object();
        }
        var name = path.Split('/')[^1];
        _patched.Enqueue($"{name}: {(body.Contains("before", StringComparison.Ordinal) ? "before" : body)}");
        return path.Contains("/cronjobs/", StringComparison.Ordinal) ? CronJob(name) : Deployment(name, "apps/v1", "Deployment");
    }

    private object? Delete(string path)
    {
        _deleted.Enqueue(path);
        return null;
    }

    private static object CronJob(string name) =>
        new
        {
            apiVersion = "batch/v1",
            kind = "CronJob",
            metadata = new { name, @namespace = "docuchat-prod" },
            spec = new { schedule = "0 3 * * *", jobTemplate = new { spec = new { template = Template("billing-run", "after") } } },
        };

    private object? Object(HttpContext context, string version, string kind, string plural)
    {
        var last = context.Request.Path.Value!.Split('/')[^1];
        // metadata.name=api
        var name = last == plural ? context.Request.Query["fieldSelector"].ToString().Split('=')[^1] : last;
        // Deployments are there from the version before, a job is once it is applied.
        var isThere = kind != "Job" || _applied.Any(path => path.EndsWith($"/{plural}/{name}", StringComparison.Ordinal));
        var one = isThere ? Deployment(name, version, kind) : null;
        if (last != plural)
            return one;
        return context.Request.Query.ContainsKey("watch")
            ? new { type = "ADDED", @object = one }
            : new { kind = $"{kind}List", apiVersion = version, metadata = new { resourceVersion = "5" }, items = one is null ? [] : new[] { one } };
    }

    private object Deployment(string name, string version, string kind) =>
        new
        {
            apiVersion = version,
            kind,
            metadata = new { name, @namespace = "docuchat-prod", uid = $"uid-{name}", generation = 2, resourceVersion = "5", annotations = new Dictionary<string, string> { ["deployment.kubernetes.io/revision"] = "2" } },
            spec = new { replicas = 1, selector = new { matchLabels = new { app = name } }, template = Template(name, _patched.Contains($"{name}: before") ? "before" : "after") },
            status = new { observedGeneration = 2, replicas = 1, updatedReplicas = 1, readyReplicas = 1, availableReplicas = 1, conditions = new[] { new { type = "Complete", status = "True" } } },
        };

    private static object ReplicaSets(HttpContext context)
    {
        var app = context.Request.Query["labelSelector"].ToString().Split('=')[^1];
        return new
        {
            kind = "ReplicaSetList",
            apiVersion = "apps/v1",
            metadata = new { resourceVersion = "5" },
            items = ((string[])["before", "after"]).Select((image, index) => new
            {
                apiVersion = "apps/v1",
                kind = "ReplicaSet",
                metadata = new
                {
                    name = $"{app}-{image}",
                    @namespace = "docuchat-prod",
                    uid = $"uid-{app}-{image}",
                    labels = new { app },
                    annotations = new Dictionary<string, string> { ["deployment.kubernetes.io/revision"] = $"{index + 1}" },
                    ownerReferences = new[] { new { apiVersion = "apps/v1", kind = "Deployment", name = app, uid = $"uid-{app}", controller = true } },
                },
                spec = new { replicas = 1, selector = new { matchLabels = new { app } }, template = Template(app, image) },
            }),
        };
    }

    private static object Template(string app, string image) => new { metadata = new { labels = new { app } }, spec = new { containers = new[] { new { name = app, image } } } };
}
