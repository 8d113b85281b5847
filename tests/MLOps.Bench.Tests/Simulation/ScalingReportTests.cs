using MLOps.Bench.Simulation;
using MLOps.Testing;

namespace MLOps.Bench.Tests.Simulation;

/// <summary>The simulation against what bench/scaling.sh has recorded. docs/scaling.md says how far off it is: when these fail, the model or the record has changed and that page is wrong.</summary>
public sealed class ScalingReportTests
{
    private static readonly string Recorded = RepositoryRoot.Combine("bench", "scaling.jsonl");
    private static readonly Lazy<ScalingComparison[]> Comparisons = new(() =>
    {
        var figures = ScalingFigures.Read(Recorded);
        return [.. ScalingReport.Compare(figures, Calibration.Solve(figures))];
    });

    /// <summary>0.1: a tenth too fast.</summary>
    [Theory]
    [InlineData(1, "log-metric", 1, -0.05, 0.05)]
    [InlineData(1, "log-metric", 16, -0.10, 0.10)]
    [InlineData(1, "get-run", 1, -0.05, 0.15)]
    [InlineData(1, "get-run", 16, 0, 0.15)]
    [InlineData(1, "infer-binary", 1, -0.05, 0.05)]
    [InlineData(1, "infer-binary", 16, -0.10, 0.10)]
    [InlineData(2, "log-metric", 1, -0.15, 0)]
    [InlineData(2, "log-metric", 16, -0.15, 0)]
    [InlineData(2, "get-run", 1, -0.15, 0)]
    [InlineData(2, "get-run", 16, -0.15, 0)]
    [InlineData(2, "infer-binary", 1, -0.10, 0.05)]
    [InlineData(2, "infer-binary", 16, -0.05, 0.10)]
    [InlineData(3, "log-metric", 1, -0.10, 0.05)]
    [InlineData(3, "log-metric", 16, 0.05, 0.20)]
    [InlineData(3, "get-run", 1, -0.15, 0)]
    [InlineData(3, "get-run", 16, -0.15, 0)]
    [InlineData(3, "infer-binary", 1, 0.05, 0.20)]
    [InlineData(3, "infer-binary", 16, -0.05, 0.10)]
    public void Compare_Recorded_IsOffByNoMoreThanThePageSays(int silos, string scenario, int connections, double least, double most)
    {
        var comparison = Comparisons.Value.Single(comparison => comparison.Silos == silos && comparison.Measured.Scenario == scenario && comparison.Measured.Connections == connections);
        Assert.InRange(comparison.Error, least, most);
    }

    [Fact]
    public void Solve_WithTheFiguresOfOneSiloAlone_GivesTheSameCosts()
    {
        using var folder = new TemporaryFolder();
        var some = Path.Combine(folder.Path, "some.jsonl");
        File.WriteAllLines(some, File.ReadLines(Recorded).Where(line => !line.Contains("\"label\":", StringComparison.Ordinal) || line.Contains("\"label\":\"1\"", StringComparison.Ordinal)));
        var figures = ScalingFigures.Read(some);
        Assert.Equal([1], figures.Silos);
        var (kept, all) = (Calibration.Solve(figures), Calibration.Solve(ScalingFigures.Read(Recorded)));

        // The caller's costs are a dictionary, which compares by reference.
        Assert.Equal(all with { Client = kept.Client }, kept);
        Assert.Equal(all.Client, kept.Client);
    }
}
