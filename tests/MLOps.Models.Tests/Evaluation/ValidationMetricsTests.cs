using MLOps.Models.Evaluation;

namespace MLOps.Models.Tests.Evaluation;

public sealed class ValidationMetricsTests
{
    [Fact]
    public void TemporalContinuity_StraightLine_IsByHand()
    {
        // 0, 1, 2, 3: every step is 1; the six pairs are 1, 1, 1, 2, 2, 3 apart, 10/6 in the mean.
        double[][] line = [[0], [1], [2], [3]];
        Assert.Equal(1 - (6 / 10.0), ValidationMetrics.TemporalContinuity(line), 1e-12);
    }

    [Fact]
    public void TemporalContinuity_NoiseWalkAndConstant_AreNearZeroNearOneAndZero()
    {
        var random = new Random(1);
        double[][] noise = [.. Enumerable.Range(0, 3000).Select(_ => new[] { random.NextDouble(), random.NextDouble() })];
        var walk = new double[3000][];
        var at = 0.0;
        for (var t = 0; t < walk.Length; t++)
        {
            walk[t] = [at += random.NextDouble() - 0.5];
        }

        Assert.Equal(0, ValidationMetrics.TemporalContinuity(noise), 0.03);
        Assert.InRange(ValidationMetrics.TemporalContinuity(walk), 0.9, 1);
        Assert.Equal(0, ValidationMetrics.TemporalContinuity([[1, 2], [1, 2], [1, 2]]));
    }

    [Fact]
    public void FisherRatio_TwoDimensions_IsTheSumByHand()
    {
        // First column: means 1 and 5, variances 1 and 1. Second: means 0 and 0.
        double[][] values = [[0, 1], [2, -1], [4, 1], [6, -1]];
        bool[] regime = [false, false, true, true];
        Assert.Equal(16 / 2.0, ValidationMetrics.FisherRatio(values, regime), 1e-12);
        Assert.Equal(ValidationMetrics.FisherRatio(values, regime), ValidationMetrics.FisherRatio(values, [.. regime.Select(inside => !inside)]), 1e-12);
    }

    [Fact]
    public void JointFisherRatio_DimensionRepeatedOrMixed_StaysTheSame()
    {
        var random = new Random(3);
        double[][] values = [.. Enumerable.Range(0, 400).Select(i => new[] { random.NextDouble() + (i % 2), random.NextDouble() })];
        bool[] regime = [.. Enumerable.Range(0, 400).Select(i => i % 2 == 1)];
        var plain = ValidationMetrics.JointFisherRatio(values, regime);

        Assert.Equal(plain, ValidationMetrics.JointFisherRatio([.. values.Select(row => new[] { row[0], row[1], row[0] })], regime), 1e-8);
        Assert.Equal(plain, ValidationMetrics.JointFisherRatio([.. values.Select(row => new[] { (3 * row[0]) + row[1], row[0] - (2 * row[1]) })], regime), 1e-8);
        Assert.True(ValidationMetrics.FisherRatio([.. values.Select(row => new[] { row[0], row[1], row[0] })], regime) > 1.5 * plain, "the plain ratio counts a repeated dimension twice");
    }

    [Fact]
    public void Silhouette_FourPoints_IsByHand()
    {
        // Within: 1 each. Across, for the outer points 10 and 11 in the mean 10.5, for the inner ones 9.5.
        double[][] values = [[0], [1], [10], [11]];
        var expected = ((2 * (1 - (1 / 10.5))) + (2 * (1 - (1 / 9.5)))) / 4;
        Assert.Equal(expected, ValidationMetrics.Silhouette(values, [false, false, true, true]), 1e-12);
        Assert.True(ValidationMetrics.Silhouette(values, [false, true, false, true]) < 0);
    }

    [Fact]
    public void Silhouette_AloneInItsRegime_CountsZero()
    {
        double[][] values = [[0], [1], [10]];
        Assert.Equal((1 - (1 / 10.0) + 1 - (1 / 9.0) + 0) / 3, ValidationMetrics.Silhouette(values, [false, false, true]), 1e-12);
    }

    [Fact]
    public void RegimeFigures_OneRegimeOnly_AreRefused()
    {
        double[][] values = [[0], [1]];
        Assert.Throws<ArgumentException>(() => ValidationMetrics.FisherRatio(values, [true, true]));
        Assert.Throws<ArgumentException>(() => ValidationMetrics.Silhouette(values, [false, false]));
        Assert.Throws<ArgumentException>(() => ValidationMetrics.JointFisherRatio(values, [false]));
    }

    [Fact]
    public void PopulationStability_SameShiftedAndTied_IsByHand()
    {
        double[] reference = [.. Enumerable.Range(0, 1000).Select(i => (double)i)];
        Assert.Equal(0, ValidationMetrics.PopulationStability(reference, reference), 1e-12);

        // The lowest decile's rows move to the highest bin.
        double[] shifted = [.. reference.Select(value => value < 100 ? 2000 : value)];
        var expected = ((1e-4 - 0.1) * Math.Log(1e-4 / 0.1)) + ((0.2 - 0.1) * Math.Log(0.2 / 0.1));
        Assert.Equal(expected, ValidationMetrics.PopulationStability(reference, shifted), 1e-9);

        Assert.Equal(0, ValidationMetrics.PopulationStability([1, 1, 1], [1, 1]), 1e-12);
        Assert.True(double.IsFinite(ValidationMetrics.PopulationStability([1, 1, 1], [0, 2])));
    }

    [Fact]
    public void RankCorrelation_MonotoneTiedAndConstant_IsByHand()
    {
        Assert.Equal(1, ValidationMetrics.RankCorrelation([1, 2, 3, 10], [0, 5, 6, 7]), 1e-12);
        Assert.Equal(-1, ValidationMetrics.RankCorrelation([1, 2, 3], [9, 4, 1]), 1e-12);

        // Ranks 0, 1.5, 1.5, 3 against 0, 1, 2, 3: 4.5 / √(4.5 · 5).
        Assert.Equal(Math.Sqrt(0.9), ValidationMetrics.RankCorrelation([1, 2, 2, 3], [1, 2, 3, 4]), 1e-12);
        Assert.Equal(0, ValidationMetrics.RankCorrelation([1, 1, 1], [1, 2, 3]));
    }

    [Fact]
    public void Stability_SameAndOtherStructure_TellsThemApart()
    {
        var same = ValidationMetrics.Stability([Fold(1, 1), Fold(2, 1), Fold(3, 1)]);
        var other = ValidationMetrics.Stability([Fold(1, 1), Fold(2, -1), Fold(3, -1)]);

        Assert.InRange(same.MeanPsi, 0, 0.05);
        Assert.True(same.LargestPsi >= same.MeanPsi);
        Assert.True(same.RankCorrelation > other.RankCorrelation, $"{same.RankCorrelation} against {other.RankCorrelation}");

        static double[][] Fold(int seed, int sign)
        {
            var random = new Random(seed);
            return [.. Enumerable.Range(0, 2000).Select(_ =>
            {
                var (a, b) = (random.NextDouble(), random.NextDouble());
                return new[] { a, (sign * a) + (0.2 * b), b };
            })];
        }
    }

    [Fact]
    public void Disagreement_ThreePlaces_IsTheWorstRelativeAboveOne() =>
        Assert.Equal(0.01, ValidationMetrics.Disagreement([0.5, 100], [0.501, 100], [0.5, 101]), 1e-12);

    [Fact]
    public void NoiseSensitivity_LinearModel_IsTheNoiseItself()
    {
        var random = new Random(5);
        double[][] inputs = [.. Enumerable.Range(0, 500).Select(_ => new[] { random.NextDouble() })];
        Assert.Equal(0.01 * 7 / 8, ValidationMetrics.NoiseSensitivity(rows => [.. rows.Select(row => new[] { 3 * row[0] })], inputs, 0.1, draws: 8, seed: 1), 1e-3);
        Assert.Equal(0, ValidationMetrics.NoiseSensitivity(rows => [.. rows.Select(_ => new[] { 1.0 })], inputs, 0.1, draws: 2, seed: 1));
    }
}
