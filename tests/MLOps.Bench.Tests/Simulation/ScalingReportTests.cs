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
    [InlineData(1, "get-run", 1, -0.10, 0.10)]
    [InlineData(1, "get-run", 16, -0.10, 0.10)]
    [InlineData(1, "infer-binary", 1, -0.05, 0.05)]
    [InlineData(1, "infer-binary", 16, -0.10, 0.10)]
    [InlineData(2, "log-metric", 1, 0, 0.15)]
    [InlineData(2, "log-metric", 16, -0.15, 0)]
    [InlineData(2, "get-run", 1, -0.10, 0.10)]
    [InlineData(2, "get-run", 16, -0.10, 0.10)]
    [InlineData(2, "infer-binary", 1, -0.20, 0)]
    [InlineData(2, "infer-binary", 16, -0.40, 0)]
    [InlineData(3, "log-metric", 1, -0.10, 0.10)]
    [InlineData(3, "log-metric", 16, -0.15, 0)]
    [InlineData(3, "get-run", 1, -0.10, 0.10)]
    [InlineData(3, "get-run", 16, 0, 0.15)]
    [InlineData(3, "infer-binary", 1, 0, 0.15)]
    [InlineData(3, "infer-binary", 16, -0.45, 0)]
    public void Compare_Recorded_IsOffByNoMoreThanThePageSays(int silos, string scenario, int connections, double least, double most)
    {
        var comparison = Comparisons.Value.Single(comparison => comparison.Silos == silos && comparison.Measured.Scenario == scenario && comparison.Measured.Connections == connections);
        Assert.InRange(comparison.Error, least, most);
    }

    [Fact]
    public void Solve_WithoutTheFiguresOfMoreSilos_GivesTheSameCosts()
    {
        using var folder = new TemporaryFolder();
        var alone = Path.Combine(folder.Path, "one.jsonl");
        File.WriteAllLines(alone, File.ReadLines(Recorded).Where(line => !line.Contains("\"label\":", StringComparison.Ordinal) || line.Contains("\"label\":\"1\"", StringComparison.Ordinal)));
        var (some, all) = (Calibration.Solve(ScalingFigures.Read(alone)), Calibration.Solve(ScalingFigures.Read(Recorded)));
        Assert.Equal([1], ScalingFigures.Read(alone).Silos);
        Assert.Equal((all.Share, all.Message, all.WakeUp, all.Metric, all.SiloTransaction), (some.Share, some.Message, some.WakeUp, some.Metric, some.SiloTransaction));
    }
}
