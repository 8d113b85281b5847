using System.Reflection;
using System.Xml.Linq;
using MLOps.Testing;
using Orleans.CodeGeneration;
using Orleans.Runtime;

namespace MLOps.Architecture.Tests;

/// <summary>What silos and gateways of different versions say to each other is written down. Orleans' analyzer compares code and ledger, as an error of the build;
/// here is that it is asked to, everywhere, and that every interface has a version to raise.</summary>
public sealed class ContractLedgerTests
{
    private static readonly Type[] Interfaces =
    [
        .. RepositoryAssemblies().SelectMany(assembly => assembly.GetTypes()).Where(type => type.IsInterface && type.IsAssignableTo(typeof(IAddressable))),
    ];

    public static TheoryData<string> Projects => [.. Interfaces.Select(type => type.Assembly.GetName().Name!).Distinct()];

    [Fact]
    public void Interfaces_AreThoseOfContractsAndOfTheSilosOwnGrains() =>
        Assert.Equal(["MLOps.Contracts", "MLOps.Silo"], Projects.Select(row => row.Data).Order());

    [Theory]
    [MemberData(nameof(Projects))]
    public void Analyzer_OfAProjectWithGrains_IsOnAndIsNotSilenced(string project)
    {
        var properties = XDocument.Load(RepositoryRoot.Combine(project, project + ".csproj")).Descendants("PropertyGroup").Elements().ToArray();
        Assert.Equal("true", Assert.Single(properties, property => property.Name.LocalName == "EnableOrleansContractsAnalyzer").Value);
        var shared = XDocument.Load(RepositoryRoot.Combine("Directory.Build.props")).Descendants("PropertyGroup").Elements().ToArray();
        Assert.Contains(shared, property => property.Name.LocalName == "TreatWarningsAsErrors" && property.Value == "true");
        Assert.DoesNotContain(properties.Concat(shared), property => property.Name.LocalName is "NoWarn" or "WarningsNotAsErrors" && property.Value.Contains("ORLEANS", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Ledger_OfAProjectWithGrains_NamesEachInterfaceWithItsVersion(string project)
    {
        var ledger = File.ReadAllLines(RepositoryRoot.Combine(project, "OrleansContracts.txt"));
        Assert.All(Interfaces.Where(type => type.Assembly.GetName().Name == project), type =>
        {
            var version = type.GetCustomAttribute<VersionAttribute>()?.Version;
            Assert.True(version > 0, $"{type.FullName} has no version: give it [Version(1)]. Raise it whenever a method is added, so that a cluster of two versions asks only silos that have the method.");
            Assert.Single(ledger, line => line.StartsWith("interface ", StringComparison.Ordinal) && line.EndsWith($" {type.FullName} [Version({version})]", StringComparison.Ordinal));
        });
    }

    private static IEnumerable<Assembly> RepositoryAssemblies() => Directory.GetFiles(AppContext.BaseDirectory, "MLOps.*.dll")
        .Where(file => !file.EndsWith(".Tests.dll", StringComparison.Ordinal))
        .Select(file => Assembly.Load(Path.GetFileNameWithoutExtension(file)));
}
