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
    [InlineData("MLOps.Gateway", "gateway")]
    [InlineData("MLOps.Dashboard", "dashboard")]
    public void Containerfile_OfEachProgram_IsNotRootAndChecksItsHealth(string project, string file)
    {
        var lines = File.ReadAllLines(RepositoryRoot.Combine("deploy", $"{file}.Containerfile"));
        Assert.Contains(lines, line => line.StartsWith($"RUN dotnet publish {project} ", StringComparison.Ordinal));
        Assert.Contains("USER $APP_UID", lines);
        Assert.Contains(lines, line => line.StartsWith("HEALTHCHECK", StringComparison.Ordinal) && line.Contains("/health/ready", StringComparison.Ordinal));
        Assert.Equal($"ENTRYPOINT [\"dotnet\", \"{project}.dll\"]", lines[^1]);
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
