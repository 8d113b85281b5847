using System.Text.RegularExpressions;
using MLOps.Testing;

namespace MLOps.Architecture.Tests;

/// <summary>A test is skipped for lack of a tool (and fails where <c>.ci/run</c> says that all tools are there), on another operating system, or for a reason named here.</summary>
public sealed partial class SkippedTestsTests
{
    private static readonly Dictionary<string, string> Others = new()
    {
        ["GpuTests.cs"] = "a GPU",
        ["BoundCallTests.cs"] = "a build for GPUs",
        ["TorchAutologTests.cs"] = "a variable that is set",
        ["NativeCacheTests.cs"] = "another operating system, asked for above",
        ["SkippedTestsTests.cs"] = "this test",
    };

    [Fact]
    public void EverySkip_AsksForAToolOrTheSystem()
    {
        var tests = Directory.EnumerateFiles(RepositoryRoot.Combine("tests"), "*.cs", SearchOption.AllDirectories).Where(file => !Others.ContainsKey(Path.GetFileName(file))).ToList();
        var skips = tests.SelectMany(file => File.ReadLines(file).Where(line => Skip().IsMatch(line)).Select(line => $"{Path.GetFileName(file)}: {line.Trim()}")).ToList();
        Assert.NotEmpty(skips);
        Assert.All(skips, skip => Assert.Matches(Allowed(), skip));
    }

    [GeneratedRegex(@"Assert\.Skip|\bSkip(When|Unless)? ?=")]
    private static partial Regex Skip();

    [GeneratedRegex(@"\.Missing\b|OperatingSystem\.|Assert\.Skip\(reason\)")]
    private static partial Regex Allowed();
}
