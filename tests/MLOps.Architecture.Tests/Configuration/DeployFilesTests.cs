using MLOps.Testing;
using YamlDotNet.RepresentationModel;

namespace MLOps.Architecture.Tests.Configuration;

/// <summary>The files under deploy/, as far as a machine without containers can look at them.</summary>
public sealed class DeployFilesTests
{
    private static readonly string[] Ours = ["mlops-silo", "mlops-gateway", "mlops-dashboard"];

    public static TheoryData<string> Manifests => [.. Directory.GetFiles(RepositoryRoot.Combine("deploy", "kubernetes"), "*.yaml").Select(file => Path.GetFileName(file)!).Order(StringComparer.Ordinal)];

    [Fact]
    public void Compose_EveryVariableOfOurProcesses_IsInTheTable()
    {
        var services = (YamlMappingNode)Documents("compose.yaml").Single()["services"];
        foreach (var (name, service) in services.Children.Where(entry => Ours.Contains(Text(entry.Value, "image"))))
        {
            var variables = Merged((YamlMappingNode)service["environment"]);
            Assert.NotEmpty(variables);
            Assert.All(variables, variable => Assert.True(SettingsTable.Knows(variable), $"compose.yaml gives {name} the variable {variable}, which docs/configuration.md does not have"));
        }
    }

    [Fact]
    public void Compose_EveryProcessOfOurs_HasNoRightsAndWritesInTmpAlone()
    {
        var services = (YamlMappingNode)Documents("compose.yaml").Single()["services"];
        var ours = services.Children.Values.Where(service => Ours.Contains(Text(service, "image"))).ToArray();
        Assert.Equal(4, ours.Length);
        Assert.All(ours, service =>
        {
            var part = ((YamlMappingNode)service)["<<"];
            Assert.Equal("true", Text(part, "read_only"));
            Assert.Equal(["/tmp"], ((YamlSequenceNode)part["tmpfs"]).Select(entry => entry.ToString()));
            Assert.Equal(["ALL"], ((YamlSequenceNode)part["cap_drop"]).Select(entry => entry.ToString()));
        });
    }

    [Theory]
    [MemberData(nameof(Manifests))]
    public void Kubernetes_EveryVariable_IsInTheTable(string file)
    {
        var documents = Documents("kubernetes", file);
        Assert.NotEmpty(documents);
        var variables = documents.SelectMany(document => Text(document, "kind") switch
        {
            "ConfigMap" => ((YamlMappingNode)document["data"]).Children.Keys.Select(key => key.ToString()),
            "Secret" => ((YamlMappingNode)document["stringData"]).Children.Keys.Select(key => key.ToString()),
            "Deployment" => Containers(document).Where(container => Ours.Contains(Text(container, "image"))).SelectMany(container => ((YamlSequenceNode)container["env"]).Select(entry => Text(entry, "name")!)),
            _ => [],
        });
        Assert.All(variables, variable => Assert.True(SettingsTable.Knows(variable), $"{file} has the variable {variable}, which docs/configuration.md does not have"));
    }

    [Theory]
    [MemberData(nameof(Manifests))]
    public void Kubernetes_EveryDeploymentOfOurs_HasProbesIsNotRootAndWaitsLongerThanTheHost(string file)
    {
        var settings = (YamlMappingNode)Documents("kubernetes", "settings.yaml").Single()["data"];
        var hostStops = int.Parse(Text(settings, "DOTNET_SHUTDOWNTIMEOUTSECONDS")!, System.Globalization.CultureInfo.InvariantCulture);
        foreach (var deployment in Documents("kubernetes", file).Where(document => Text(document, "kind") == "Deployment"))
        {
            foreach (var container in Containers(deployment).Where(container => Ours.Contains(Text(container, "image"))))
            {
                Assert.Equal("/health/live", Text(container["livenessProbe"]["httpGet"], "path"));
                Assert.Equal("/health/ready", Text(container["readinessProbe"]["httpGet"], "path"));
                Assert.Equal("true", Text(deployment["spec"]["template"]["spec"]["securityContext"], "runAsNonRoot"));
                Assert.Equal("true", Text(container["securityContext"], "readOnlyRootFilesystem"));
                Assert.Equal("/tmp", Text(((YamlSequenceNode)container["volumeMounts"]).Single(), "mountPath"));
                if (((YamlMappingNode)container).Children.ContainsKey("envFrom"))
                {
                    Assert.True(int.Parse(Text(deployment["spec"]["template"]["spec"], "terminationGracePeriodSeconds")!, System.Globalization.CultureInfo.InvariantCulture) > hostStops);
                }
            }
        }
    }

    [Theory]
    [InlineData("silo.yaml")]
    [InlineData("trainer.yaml")]
    [InlineData("gateway.yaml")]
    public void Kubernetes_WhatRunsSeveralTimes_HasADisruptionBudget(string file) =>
        Assert.Contains(Documents("kubernetes", file), document => Text(document, "kind") == "PodDisruptionBudget");

    [Theory]
    [InlineData("MLOps.Silo", "silo")]
    [InlineData("MLOps.Silo", "silo-gpu")]
    [InlineData("MLOps.Gateway", "gateway")]
    [InlineData("MLOps.Dashboard", "dashboard")]
    public void Containerfile_OfEachProgram_IsNotRootAndChecksItsHealth(string project, string file)
    {
        var lines = File.ReadAllLines(RepositoryRoot.Combine("deploy", $"{file}.Containerfile"));
        Assert.Contains(lines, line => line.StartsWith($"RUN dotnet publish {project} ", StringComparison.Ordinal));
        Assert.Contains(lines, line => line is "USER $APP_UID" or "USER 1654");
        Assert.Contains(lines, line => line.StartsWith("HEALTHCHECK", StringComparison.Ordinal) && line.Contains("/health/ready", StringComparison.Ordinal));
        Assert.Equal($"ENTRYPOINT [\"dotnet\", \"{project}.dll\"]", lines[^1]);
    }

    [Fact]
    public void Gpu_OverComposeAndKubernetes_BuildsForItAsksForItAndUsesIt()
    {
        Assert.Contains(File.ReadAllLines(RepositoryRoot.Combine("deploy", "silo-gpu.Containerfile")), line => line.EndsWith("-p:OnnxRuntime=Gpu", StringComparison.Ordinal));

        var silo = Documents("compose.gpu.yaml").Single()["services"]["silo"];
        Assert.Equal("deploy/silo-gpu.Containerfile", Text(silo["build"], "dockerfile"));
        Assert.Equal("gpu", ((YamlSequenceNode)((YamlSequenceNode)silo["deploy"]["resources"]["reservations"]["devices"]).Single()["capabilities"]).Single().ToString());
        Assert.All(Merged((YamlMappingNode)silo["environment"]), variable => Assert.True(SettingsTable.Knows(variable), variable));

        // What the patch goes over has the places that it names: the first container is the silo, with limits and variables.
        var patched = Documents("kubernetes-gpu", "kustomization.yaml").Single();
        Assert.Equal(["../kubernetes"], ((YamlSequenceNode)patched["resources"]).Select(entry => entry.ToString()));
        using var text = new StringReader(Text(((YamlSequenceNode)patched["patches"]).Single(), "patch")!);
        var patch = new YamlStream();
        patch.Load(text);
        Assert.Equal(
            ["/spec/template/spec/containers/0/image", "/spec/template/spec/containers/0/resources/limits/nvidia.com~1gpu", "/spec/template/spec/containers/0/env/-"],
            ((YamlSequenceNode)patch.Documents[0].RootNode).Select(entry => Text(entry, "path")));
        var container = Containers(Documents("kubernetes", "silo.yaml").Single(document => Text(document, "kind") == "Deployment")).First();
        Assert.Equal("mlops-silo", Text(container, "image"));
        Assert.NotNull(container["resources"]["limits"]);
        Assert.NotNull(container["env"]);
    }

    private static List<YamlNode> Documents(params string[] path)
    {
        using var reader = new StreamReader(RepositoryRoot.Combine(["deploy", .. path]));
        var yaml = new YamlStream();
        yaml.Load(reader);
        return [.. yaml.Documents.Select(document => document.RootNode)];
    }

    private static IEnumerable<YamlNode> Containers(YamlNode deployment) => (YamlSequenceNode)deployment["spec"]["template"]["spec"]["containers"];

    private static string? Text(YamlNode node, string key) =>
        node is YamlMappingNode mapping && mapping.Children.TryGetValue(new YamlScalarNode(key), out var value) ? value.ToString() : null;

    /// <summary>The keys, those of merged mappings (<c>&lt;&lt;</c>) included.</summary>
    private static List<string> Merged(YamlMappingNode mapping) =>
    [
        .. mapping.Children.SelectMany(entry => entry.Key.ToString() != "<<"
            ? [entry.Key.ToString()]
            : entry.Value is YamlSequenceNode several
                ? several.Cast<YamlMappingNode>().SelectMany(Merged)
                : Merged((YamlMappingNode)entry.Value)),
    ];
}
