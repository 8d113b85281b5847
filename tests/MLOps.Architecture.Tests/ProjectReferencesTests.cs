using System.Diagnostics;
using System.Text.Json;
using System.Xml.Linq;
using MLOps.Testing;

namespace MLOps.Architecture.Tests;

/// <summary>Who may know whom: the arrows of the architecture, read off the project files.</summary>
public sealed class ProjectReferencesTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["MLOps.ServiceDefaults"] = [],
        ["MLOps.Contracts"] = [],
        ["MLOps.Connections"] = [],
        ["MLOps.Inference"] = [],
        ["MLOps.Models"] = [],
        ["MLOps.Monitoring"] = [],
        ["MLOps.Client"] = [],
        ["MLOps.Client.TorchSharp"] = ["MLOps.Client"],
        ["MLOps.Client.Inference"] = ["MLOps.Client", "MLOps.Inference"],
        ["MLOps.Tracking"] = ["MLOps.Contracts"],
        ["MLOps.Clustering"] = ["MLOps.Contracts", "MLOps.Tracking"],
        ["MLOps.Silo"] = ["MLOps.ServiceDefaults", "MLOps.Clustering", "MLOps.Connections", "MLOps.Contracts", "MLOps.Tracking", "MLOps.Inference", "MLOps.Models", "MLOps.Monitoring"],
        ["MLOps.Gateway"] = ["MLOps.ServiceDefaults", "MLOps.Clustering", "MLOps.Connections", "MLOps.Contracts", "MLOps.Tracking", "MLOps.Inference"],
        ["MLOps.Dashboard"] = ["MLOps.ServiceDefaults", "MLOps.Client"],
        ["MLOps.AppHost"] = ["MLOps.Models", "MLOps.Silo", "MLOps.Gateway", "MLOps.Dashboard", "MLOps.Client", "MLOps.ServiceDefaults"],
    };

    public static TheoryData<string> Projects => [.. Directory.GetDirectories(RepositoryRoot.Path, "MLOps.*").Select(folder => Path.GetFileName(folder)!)];

    [Theory]
    [MemberData(nameof(Projects))]
    public void References_EveryProject_PointDownOnly(string project)
    {
        Assert.True(Allowed.ContainsKey(project), $"{project} is new: say in {nameof(ProjectReferencesTests)} and docs/architecture.md whom it may know.");
        var beyond = References(project, "ProjectReference").Select(path => Path.GetFileNameWithoutExtension(path.Replace('\\', '/'))).Except(Allowed[project]);
        Assert.Empty(beyond);
    }

    [Theory]
    [InlineData("MLOps.Inference")]
    [InlineData("MLOps.Models")]
    [InlineData("MLOps.Monitoring")]
    [InlineData("MLOps.Client")]
    [InlineData("MLOps.Client.TorchSharp")]
    [InlineData("MLOps.Client.Inference")]
    public void Packages_OfThePlainLibraries_HaveNoOrleansAndNoAspNet(string project)
    {
        Assert.DoesNotContain(References(project, "PackageReference"), name => name.StartsWith("Microsoft.Orleans", StringComparison.Ordinal));
        Assert.DoesNotContain("Microsoft.AspNetCore.App", References(project, "FrameworkReference"));
    }

    [Fact]
    public void Packages_OfContracts_AreOrleansSdkOnly() =>
        Assert.Equal(["Microsoft.Orleans.Sdk"], References("MLOps.Contracts", "PackageReference"));

    [Fact]
    public void Packages_OfMonitoring_AreNone() =>
        Assert.Empty(References("MLOps.Monitoring", "PackageReference"));

    [Fact]
    public void Packages_OfTheDefaultBuild_NeedNoAspire() => Assert.All(
        Directory.GetFiles(RepositoryRoot.Path, "*.csproj", SearchOption.AllDirectories),
        file => Assert.All(
            XDocument.Load(file).Descendants()
                .Where(element => element.Name.LocalName is "PackageReference" or "Import" && ((string?)element.Attribute("Sdk") ?? (string?)element.Attribute("Include")) is { } name && name.StartsWith("Aspire.", StringComparison.Ordinal)),
            element => Assert.Contains("'$(Topology)' == 'Aspire'", new[] { (string?)element.Attribute("Condition"), (string?)element.Parent!.Attribute("Condition") })));

    /// <summary>The build itself is asked: the package is named by a property.</summary>
    [Theory]
    [InlineData("MLOps.Inference", null, "Microsoft.ML.OnnxRuntime")]
    [InlineData("MLOps.Inference", "Gpu", "Microsoft.ML.OnnxRuntime.Gpu")]
    [InlineData("MLOps.Models", null, "Microsoft.ML.OnnxRuntime")]
    [InlineData("MLOps.Models", "Gpu", "Microsoft.ML.OnnxRuntime.Gpu")]
    public async Task OnnxRuntime_OfTheProperty_IsTheOnePackage(string project, string? runtime, string package)
    {
        var start = new ProcessStartInfo("dotnet", ["msbuild", RepositoryRoot.Combine(project, project + ".csproj"), "-nologo", "-nodeReuse:false", "-getItem:PackageReference"])
        {
            RedirectStandardOutput = true,
        };
        if (runtime is not null)
        {
            start.ArgumentList.Add($"-p:OnnxRuntime={runtime}");
        }

        using var build = Process.Start(start)!;
        var output = await build.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await build.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(build.ExitCode == 0, output);
        using var items = JsonDocument.Parse(output);
        Assert.Equal(
            [package],
            items.RootElement.GetProperty("Items").GetProperty("PackageReference").EnumerateArray()
                .Select(item => item.GetProperty("Identity").GetString()!)
                .Where(name => name.Contains("OnnxRuntime", StringComparison.Ordinal)));
    }

    private static string[] References(string project, string kind) =>
    [
        .. XDocument.Load(RepositoryRoot.Combine(project, project + ".csproj"))
            .Descendants(kind)
            .Select(element => (string?)element.Attribute("Include"))
            .OfType<string>(),
    ];
}
