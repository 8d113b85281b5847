using System.Reflection;

namespace MLOps.Architecture.Tests;

/// <summary>The same arrows in what the compiler really linked, transitive references included.</summary>
public sealed class AssemblyReferencesTests
{
    [Theory]
    [InlineData("MLOps.Inference", "Orleans", "Microsoft.AspNetCore", "MLOps.Contracts", "MLOps.Tracking")]
    [InlineData("MLOps.Models", "Orleans", "Microsoft.AspNetCore", "MLOps.Contracts", "MLOps.Inference", "MLOps.Monitoring")]
    [InlineData("MLOps.Monitoring", "Orleans", "Microsoft.AspNetCore", "MLOps.")]
    [InlineData("MLOps.Client", "Orleans", "Microsoft.AspNetCore", "MLOps.")]
    [InlineData("MLOps.Contracts", "Microsoft.AspNetCore", "MLOps.")]
    [InlineData("MLOps.Gateway", "MLOps.Silo", "MLOps.Models", "MLOps.Monitoring", "MLOps.Dashboard", "TorchSharp")]
    [InlineData("MLOps.Clustering", "MLOps.Silo", "MLOps.Gateway", "MLOps.Inference")]
    [InlineData("MLOps.Connections", "Orleans", "MLOps.")]
    [InlineData("MLOps.Dashboard", "Orleans", "MLOps.Contracts", "MLOps.Tracking", "MLOps.Silo", "MLOps.Gateway")]
    public void References_OfTheCompiledAssembly_HaveNone(string assembly, params string[] forbidden) => Assert.DoesNotContain(
        Assembly.Load(assembly).GetReferencedAssemblies(),
        reference => forbidden.Any(prefix => reference.Name!.StartsWith(prefix, StringComparison.Ordinal)));
}
