using System.Text.RegularExpressions;
using DocuChat.Tests.Infrastructure;
using k8s.Models;

namespace DocuChat.Tests.Operations;

/// <summary>The overlays of deploy/, as far as they can be judged without a cluster.</summary>
public sealed class ManifestTests(Overlays overlays, ITestOutputHelper output) : IClassFixture<Overlays>
{
    public static TheoryData<string> Names => ["production", "staging", "kind"];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Overlay_IsRenderedAndParsedStrictly(string name)
    {
        var overlay = await overlays.RenderAsync(name);

        output.WriteLine($"{name}: {overlay.Count} objects");
        Assert.True(overlay.Objects.Count > 40);
        Assert.All(overlay.Objects, one => Assert.False(string.IsNullOrEmpty(one.Metadata.Name)));
        Assert.Equal(overlay.Objects.Count, overlay.Objects.Select(one => (one.Kind, one.Metadata.Name)).Distinct().Count());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Pods_KeepToTheRestrictedStandard(string name)
    {
        var overlay = await overlays.RenderAsync(name);

        Assert.Equal("restricted", Assert.Single(overlay.Of<V1Namespace>()).Metadata.Labels["pod-security.kubernetes.io/enforce"]);
        foreach (var (owner, _, pod) in overlay.Pods)
        {
            Assert.True(pod.SecurityContext.RunAsNonRoot, owner);
            Assert.NotEqual(0, pod.SecurityContext.RunAsUser);
            Assert.Equal("RuntimeDefault", pod.SecurityContext.SeccompProfile.Type);
            foreach (var container in pod.Containers.Concat(pod.InitContainers ?? []))
            {
                Assert.False(container.SecurityContext.AllowPrivilegeEscalation, owner);
                Assert.True(container.SecurityContext.ReadOnlyRootFilesystem, owner);
                Assert.Equal(["ALL"], container.SecurityContext.Capabilities.Drop);
                Assert.True(container.Resources?.Limits?.ContainsKey("memory"), $"{owner} has no memory limit.");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Selectors_OfServicesBudgetsAndPolicies_MatchPods(string name)
    {
        var overlay = await overlays.RenderAsync(name);
        var pods = overlay.Pods.Select(pod => pod.Metadata.Labels).ToList();

        // Nothing has no pods: it answers for the metrics.
        foreach (var service in overlay.Of<V1Service>().Where(service => service.Metadata.Name != "nothing"))
            Assert.Contains(pods, labels => Matches(labels, service.Spec.Selector, null));
        foreach (var budget in overlay.Of<V1PodDisruptionBudget>())
            Assert.Contains(pods, labels => Matches(labels, budget.Spec.Selector.MatchLabels, budget.Spec.Selector.MatchExpressions));
        foreach (var policy in PoliciesOfOurPods(overlay).Where(policy => name != "kind" || policy.Metadata.Name != "backup"))
        {
            Assert.Contains(pods, labels => Matches(labels, policy.Spec.PodSelector.MatchLabels, policy.Spec.PodSelector.MatchExpressions));
            foreach (var peer in Peers(policy).Where(peer => peer.PodSelector is not null && (name != "kind" || peer.PodSelector.MatchLabels["app"] != "backup")))
                Assert.Contains(pods, labels => Matches(labels, peer.PodSelector.MatchLabels, peer.PodSelector.MatchExpressions));
        }
        foreach (var deployment in overlay.Of<V1Deployment>())
            Assert.True(Matches(deployment.Spec.Template.Metadata.Labels, deployment.Spec.Selector.MatchLabels, null), deployment.Metadata.Name);
        // A job's pod is behind no service.
        foreach (var (owner, metadata, _) in overlay.Pods.Where(pod => pod.Owner.Contains("Job/", StringComparison.Ordinal)))
            Assert.DoesNotContain(overlay.Of<V1Service>(), service => service.Spec.Selector is not null && Matches(metadata.Labels, service.Spec.Selector, null));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Ports_OfServicesProbesAndPolicies_AreThoseOfContainers(string name)
    {
        var overlay = await overlays.RenderAsync(name);
        var ports = overlay.Pods.Select(pod => (pod.Metadata.Labels, Open: pod.Spec.Containers.SelectMany(container => container.Ports ?? []).Select(port => port.ContainerPort).ToList())).ToList();

        foreach (var service in overlay.Of<V1Service>().Where(service => service.Spec.Selector is not null))
            foreach (var port in service.Spec.Ports)
                Assert.Contains(ports, pod => Matches(pod.Labels, service.Spec.Selector, null) && pod.Open.Contains(int.Parse(port.TargetPort.Value, System.Globalization.CultureInfo.InvariantCulture)));
        foreach (var policy in PoliciesOfOurPods(overlay))
        {
            foreach (var rule in policy.Spec.Ingress ?? [])
                foreach (var port in rule.Ports)
                    Assert.Contains(ports, pod => Matches(pod.Labels, policy.Spec.PodSelector.MatchLabels, policy.Spec.PodSelector.MatchExpressions) && pod.Open.Contains(int.Parse(port.Port.Value, System.Globalization.CultureInfo.InvariantCulture)));
            foreach (var rule in (policy.Spec.Egress ?? []).Where(rule => rule.To?.Any(peer => peer.PodSelector is not null) == true))
                foreach (var port in rule.Ports)
                    Assert.Contains(ports, pod => rule.To.Any(peer => Matches(pod.Labels, peer.PodSelector.MatchLabels, peer.PodSelector.MatchExpressions)) && pod.Open.Contains(int.Parse(port.Port.Value, System.Globalization.CultureInfo.InvariantCulture)));
        }
        foreach (var (owner, _, pod) in overlay.Pods)
            foreach (var container in pod.Containers)
                foreach (var probe in new[] { container.StartupProbe, container.ReadinessProbe, container.LivenessProbe }.Where(probe => probe?.HttpGet is not null))
                    Assert.Contains(container.Ports, port => port.ContainerPort.ToString(System.Globalization.CultureInfo.InvariantCulture) == probe.HttpGet.Port.Value);
    }

    [Fact]
    public async Task Policies_AreTheArrowsOfTheArchitectureAndNoOther()
    {
        var production = await overlays.RenderAsync("production");
        var deny = production.Get<V1NetworkPolicy>("default-deny");
        Assert.Empty(deny.Spec.PodSelector.MatchLabels ?? new Dictionary<string, string>());
        Assert.Equal(["Ingress", "Egress"], deny.Spec.PolicyTypes);
        Assert.Null(deny.Spec.Ingress);
        Assert.Null(deny.Spec.Egress);

        string[] outwards = [.. Arrows(policy => (policy.Spec.Egress ?? []).SelectMany(rule => rule.To ?? []), (self, peer) => $"{self} → {peer}")];
        string[] inwards = [.. Arrows(policy => (policy.Spec.Ingress ?? []).SelectMany(rule => rule.FromProperty ?? []), (self, peer) => $"{peer} → {self}")];

        // An arrow needs both ends: one that goes out and one that is let in.
        Assert.Equal(outwards, inwards);
        Assert.Equal(
            [
                "api → postgres", "api → redis", "backup → postgres", "billing → postgres", "billing → prometheus", "billing-run → postgres", "billing-run → prometheus", "grafana → prometheus",
                "ingestion → postgres", "ingestion → redis", "migrate → postgres", "prometheus → alertmanager", "prometheus → api", "prometheus → billing", "prometheus → ingestion",
                "prometheus → kube-state-metrics", "prometheus → web", "web → api", "web → redis",
            ],
            outwards
        );

        IEnumerable<string> Arrows(Func<V1NetworkPolicy, IEnumerable<V1NetworkPolicyPeer>> peers, Func<string, string, string> arrow) =>
            production
                .Of<V1NetworkPolicy>()
                .SelectMany(policy => peers(policy).Where(peer => peer.PodSelector is not null).SelectMany(peer => Apps(policy.Spec.PodSelector).Select(self => arrow(self, peer.PodSelector.MatchLabels["app"]))))
                // A run that the CronJob starts listens to nobody.
                .Where(found => found != "prometheus → billing-run")
                .Distinct()
                .Order(StringComparer.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Secrets_AreInNoConfigMap_AndOnlyReferredTo(string name)
    {
        var overlay = await overlays.RenderAsync(name);

        foreach (var (key, value) in overlay.Of<V1ConfigMap>().SelectMany(map => map.Data))
        {
            Assert.DoesNotMatch("(?i)(password|secret|api_key|passphrase)$", key);
            Assert.DoesNotMatch("(?i)password=[^;]|://[^/@ ]+:[^/@ ]+@", value);
        }
        if (name != "kind")
            Assert.Equal(["alertmanager-config"], overlay.Of<V1Secret>().Select(secret => secret.Metadata.Name[..secret.Metadata.Name.LastIndexOf('-')]));
        // Web knows the Api, and no secret of it.
        Assert.DoesNotContain(overlay.Get<V1Deployment>("web").Spec.Template.Spec.Containers[0].Env, variable => variable.ValueFrom?.SecretKeyRef is not null);
    }

    [Fact]
    public async Task Production_HasTheNamesNumbersAndTimesThatOperatorsKnow()
    {
        var production = await overlays.RenderAsync("production");

        Assert.Equal("docuchat-prod", Assert.Single(production.Of<V1Namespace>()).Metadata.Name);
        Assert.Equal("docuchat-backend", production.Get<V1Deployment>("api").Spec.Template.Metadata.Labels["app.kubernetes.io/component"]);
        Assert.Equal(2, production.Get<V2HorizontalPodAutoscaler>("web").Spec.MinReplicas);
        var scaling = production.Get<V2HorizontalPodAutoscaler>("api").Spec;
        Assert.Equal((2, 10), (scaling.MinReplicas, scaling.MaxReplicas));
        Assert.Equal([("cpu", 70), ("memory", 80)], scaling.Metrics.Select(metric => (metric.Resource.Name, metric.Resource.Target.AverageUtilization!.Value)));
        var billing = production.Get<V1CronJob>("docuchat-billing").Spec;
        Assert.Equal(("0 3 * * *", "Asia/Tehran", "Forbid"), (billing.Schedule, billing.TimeZone, billing.ConcurrencyPolicy));
        Assert.NotNull(billing.JobTemplate.Spec.ActiveDeadlineSeconds);
        Assert.Equal("", production.Get<V1ConfigMap>("docuchat-config").Data["Billing__Schedule"]);
        var backup = production.Get<V1CronJob>("docuchat-backup").Spec;
        Assert.Equal(("0 2 * * *", "Asia/Tehran", "Forbid"), (backup.Schedule, backup.TimeZone, backup.ConcurrencyPolicy));
        Assert.Contains("--storage.tsdb.retention.time=30d", production.Get<V1StatefulSet>("prometheus").Spec.Template.Spec.Containers[0].Args);
        Assert.Contains(production.Of<V1Service>(), service => service.Metadata.Name == "docuchat-prometheus");
        Assert.Contains(production.Of<V1Service>(), service => service.Metadata.Name == "docuchat-grafana");
        Assert.Equal(5, Regex.Count(production.Text, "updateMode: \"?Off\"?"));
    }

    [Fact]
    public async Task Production_KeepsServing_WhenAMachineOrADatabaseGoes()
    {
        var production = await overlays.RenderAsync("production");

        foreach (var name in (string[])["api", "web"])
        {
            Assert.Equal(["kubernetes.io/hostname", "topology.kubernetes.io/zone"], production.Get<V1Deployment>(name).Spec.Template.Spec.TopologySpreadConstraints.Select(constraint => constraint.TopologyKey));
            Assert.Equal("1", production.Get<V1PodDisruptionBudget>(name).Spec.MinAvailable.Value);
        }
        foreach (var name in (string[])["api", "ingestion", "billing", "web"])
        {
            var container = production.Get<V1Deployment>(name).Spec.Template.Spec.Containers[0];
            // A database that is away takes the traffic away, and restarts nobody.
            Assert.Equal(("/alive", "/health", "/alive"), (container.StartupProbe.HttpGet.Path, container.ReadinessProbe.HttpGet.Path, container.LivenessProbe.HttpGet.Path));
        }
        foreach (var name in (string[])["postgres", "redis", "prometheus", "grafana"])
            Assert.Equal("data", Assert.Single(production.Get<V1StatefulSet>(name).Spec.VolumeClaimTemplates).Metadata.Name);
    }

    [Fact]
    public async Task Keda_ScalesIngestionByItsQueue_InPlaceOfItsAutoscaler_AndReachesPrometheus()
    {
        var folder = Directory.CreateTempSubdirectory("docuchat-keda").FullName;
        try
        {
            string Rooted(params string[] path) => Path.GetRelativePath(folder, Repository.PathTo(["deploy", .. path]));
            await File.WriteAllTextAsync(
                Path.Combine(folder, "kustomization.yaml"),
                $"namespace: docuchat-prod\nresources: [{Rooted("overlays", "production")}]\ncomponents: [{Rooted("components", "ingestion-keda")}]\n",
                TestContext.Current.CancellationToken
            );
            var overlay = Overlays.Parse(await Overlays.KubectlAsync("kustomize", folder));

            Assert.Equal(["api", "web"], overlay.Of<V2HorizontalPodAutoscaler>().Select(scaler => scaler.Metadata.Name));
            Assert.Contains("kind: ScaledObject", overlay.Text, StringComparison.Ordinal);
            // Asked from another namespace.
            Assert.Contains("serverAddress: http://docuchat-prometheus.docuchat-prod.svc:9090", overlay.Text, StringComparison.Ordinal);
            var policy = overlay.Get<V1NetworkPolicy>("keda").Spec;
            Assert.Equal("prometheus", policy.PodSelector.MatchLabels["app"]);
            Assert.Equal("9090", policy.Ingress[0].Ports[0].Port.Value);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Ingress_StreamsTakesDocumentsAndHidesMetrics()
    {
        var production = await overlays.RenderAsync("production");
        var (api, web, grafana) = (production.Get<V1Ingress>("docuchat-api"), production.Get<V1Ingress>("docuchat-web"), production.Get<V1Ingress>("docuchat-grafana"));

        Assert.Equal("off", api.Metadata.Annotations["nginx.ingress.kubernetes.io/proxy-buffering"]);
        Assert.Equal("52m", api.Metadata.Annotations["nginx.ingress.kubernetes.io/proxy-body-size"]);
        Assert.Equal("cookie", web.Metadata.Annotations["nginx.ingress.kubernetes.io/affinity"]);
        Assert.Equal("letsencrypt", api.Metadata.Annotations["cert-manager.io/cluster-issuer"]);
        Assert.NotEqual(web.Spec.Rules[0].Host, grafana.Spec.Rules[0].Host);
        Assert.Contains(api.Spec.Rules[0].Http.Paths, path => path.Path == "/api/v1/metrics" && path.Backend.Service.Name == "nothing");
        Assert.Contains(web.Spec.Rules[0].Http.Paths, path => path.Path == "/metrics" && path.Backend.Service.Name == "nothing");
        // Without it the default denies what proves to Let's Encrypt whose the name is.
        Assert.Equal("true", production.Get<V1NetworkPolicy>("acme-solver").Spec.PodSelector.MatchLabels["acme.cert-manager.io/http01-solver"]);
    }

    [Fact]
    public async Task Text_InPersian_ComesThroughAsItIs()
    {
        var folder = Directory.CreateTempSubdirectory("docuchat-kustomize").FullName;
        try
        {
            // What our template makes of a value, and what kustomize makes of that.
            Assert.Contains("{{{this}}}", await File.ReadAllTextAsync(Repository.PathTo("deploy", "aspirate", "templates", "kustomization.hbs"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
            await File.WriteAllTextAsync(Path.Combine(folder, "kustomization.yaml"), "configMapGenerator:\n- name: fa\n  literals:\n  - TITLE=گفت‌وگو با سندها «۱۲۳»\n", TestContext.Current.CancellationToken);
            Assert.Contains("گفت‌وگو با سندها «۱۲۳»", await Overlays.KubectlAsync("kustomize", folder), StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Base_IsWhatAspirateWrote_OfTheServicesInTheModel()
    {
        var folders = Directory.EnumerateDirectories(Repository.PathTo("deploy", "base")).Select(Path.GetFileName).Order(StringComparer.Ordinal);

        Assert.Equal(["api", "billing", "grafana", "ingestion", "postgres", "prometheus", "redis", "web"], folders);
        // The placeholder for a password that was given to it.
        Assert.All(Directory.EnumerateFiles(Repository.PathTo("deploy", "base"), "*", SearchOption.AllDirectories), file => Assert.DoesNotContain("unused", File.ReadAllText(file), StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Trivy_FindsNothingHigh(string name)
    {
        var trivy = Environment.GetEnvironmentVariable("DOCUCHAT_TRIVY") ?? "trivy";
        Assert.SkipUnless(File.Exists(trivy) || Tool.IsInstalled(trivy), "trivy is not installed: the workflow runs it.");
        var folder = Directory.CreateTempSubdirectory("docuchat-trivy").FullName;
        try
        {
            await File.WriteAllTextAsync(Path.Combine(folder, $"{name}.yaml"), (await overlays.RenderAsync(name)).Text, TestContext.Current.CancellationToken);
            await Tool.OutputAsync(trivy, "config", "--quiet", "--skip-policy-update", "--severity", "HIGH,CRITICAL", "--exit-code", "1", folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>But the one of the pod that cert-manager makes for itself.</summary>
    private static IEnumerable<V1NetworkPolicy> PoliciesOfOurPods(Overlay overlay) => overlay.Of<V1NetworkPolicy>().Where(policy => policy.Metadata.Name != "acme-solver");

    private static IEnumerable<V1NetworkPolicyPeer> Peers(V1NetworkPolicy policy) =>
        (policy.Spec.Ingress ?? []).SelectMany(rule => rule.FromProperty ?? []).Concat((policy.Spec.Egress ?? []).SelectMany(rule => rule.To ?? []));

    private static IEnumerable<string> Apps(V1LabelSelector selector) =>
        selector.MatchLabels?.TryGetValue("app", out var app) == true ? [app] : selector.MatchExpressions?.SelectMany(expression => expression.Values) ?? [];

    private static bool Matches(IDictionary<string, string> labels, IDictionary<string, string>? wanted, IList<V1LabelSelectorRequirement>? expressions) =>
        (wanted ?? new Dictionary<string, string>()).All(pair => labels.TryGetValue(pair.Key, out var value) && value == pair.Value)
        && (expressions ?? []).All(expression => labels.TryGetValue(expression.Key, out var value) && expression.Values.Contains(value));
}
