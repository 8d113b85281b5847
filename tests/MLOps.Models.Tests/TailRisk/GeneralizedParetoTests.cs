using MLOps.Models.Catalog;
using MLOps.Models.Classical.TailRisk;
using MLOps.Testing;

namespace MLOps.Models.Tests.TailRisk;

public sealed class GeneralizedParetoTests
{
    private static readonly double[] Danish = TestSeries.DanishFire.Numbers("loss_mDKK");

    [Theory]
    [InlineData("danish_u10", 10)]
    [InlineData("danish_u20", 20)]
    public void Fit_DanishFire_AgreesWithReference(string name, double threshold)
    {
        var expected = TestSeries.Reference("evt-reference.json", name);

        var fit = GeneralizedPareto.Fit(Danish, threshold);

        Assert.Equal(expected.GetProperty("n_exc").GetInt32(), fit.Exceedances);

        // The reference's optimiser stopped in the fifth or sixth digit: see Fit_DanishFire_IsAMaximum.
        AssertDigits(expected.GetProperty("shape").GetDouble(), fit.Shape, 5);
        AssertDigits(expected.GetProperty("scale").GetDouble(), fit.Scale, 4.5);
        AssertDigits(expected.GetProperty("loglik").GetDouble(), fit.LogLikelihood, 10);
        AssertDigits(expected.GetProperty("se").Numbers()[0], fit.ScaleError, 4);
        AssertDigits(expected.GetProperty("se").Numbers()[1], fit.ShapeError, 4);
    }

    [Theory]
    [InlineData(0.99)]
    [InlineData(0.995)]
    [InlineData(0.999)]
    public void ValueAtRiskAndShortfall_DanishFire_AgreeWithReference(double level)
    {
        // From the reference's own estimates.
        var estimates = TestSeries.Reference("evt-reference.json", "danish_u10");
        var fit = GeneralizedPareto.Fit(Danish, 10) with { Shape = estimates.GetProperty("shape").GetDouble(), Scale = estimates.GetProperty("scale").GetDouble() };
        var expected = TestSeries.Reference("evt-reference.json", FormattableString.Invariant($"danish_u10_VaR_ES_{level}"));
        AssertDigits(expected.GetProperty("VaR").GetDouble(), fit.ValueAtRisk(level), 8);
        AssertDigits(expected.GetProperty("ES").GetDouble(), fit.ExpectedShortfall(level), 8);
    }

    /// <summary>Quantiles of a known distribution in place of a random sample: the fit must come near its parameters, short, exponential and heavy tails alike, in any unit.</summary>
    [Theory]
    [InlineData(-0.3, 1)]
    [InlineData(0, 1)]
    [InlineData(0.2, 1e-6)]
    [InlineData(0.8, 1e9)]
    public void Fit_KnownTail_RecoversIt(double shape, double scale)
    {
        double[] losses = [.. Enumerable.Range(0, 20_000).Select(i => scale * Smooth.PowerIntegral(shape, -Math.Log((i + 0.5) / 20_000)))];
        var fit = GeneralizedPareto.Fit(losses, 0);
        Assert.Equal(shape, fit.Shape, 0.01);
        Assert.Equal(1, fit.Scale / scale, 0.01);
        Assert.InRange(fit.ShapeError, 0.002, 0.03);
    }

    /// <summary>The score equations hold to the last digits, and nothing around the fit is likelier.</summary>
    [Theory]
    [InlineData(10)]
    [InlineData(20)]
    public void Fit_DanishFire_IsAMaximum(double threshold)
    {
        var fit = GeneralizedPareto.Fit(Danish, threshold);
        double[] excesses = [.. Danish.Where(loss => loss > threshold).Select(loss => (loss - threshold) / fit.Scale)];
        Assert.Equal(1, (1 + fit.Shape) * excesses.Average(w => w / (1 + (fit.Shape * w))), 1e-10);
        Assert.Equal(fit.Shape, excesses.Average(w => Math.Log(1 + (fit.Shape * w))), 1e-10);
        foreach (var (shape, scale) in new[] { (1e-4, 0.0), (-1e-4, 0.0), (0.0, 1e-4), (0.0, -1e-4) })
        {
            var (xi, beta) = (fit.Shape + shape, 1 + scale);
            var loglik = excesses.Sum(w => -Math.Log(beta * fit.Scale) - ((1 + (1 / xi)) * Math.Log(1 + (xi * w / beta))));
            Assert.True(loglik < fit.LogLikelihood, $"({xi}, {beta}) is likelier.");
        }
    }

    [Fact]
    public void ValueAtRisk_LevelBelowTheThreshold_IsRefused()
    {
        var fit = GeneralizedPareto.Fit(Danish, 10);
        Assert.Contains("5.03", Assert.Throws<ArgumentOutOfRangeException>(() => fit.ValueAtRisk(0.9)).Message, StringComparison.Ordinal);
        Assert.Equal(10, fit.ValueAtRisk(1 - fit.TailShare), 1e-9);
    }

    [Fact]
    public void Fit_TooFewOrEqualExcesses_IsRefused()
    {
        Assert.Contains("1 of 2167 losses", Assert.Throws<ModelTrainingException>(() => GeneralizedPareto.Fit(Danish, 200)).Message, StringComparison.Ordinal);
        Assert.Throws<ModelTrainingException>(() => GeneralizedPareto.Fit([.. Enumerable.Repeat(3.0, 50)], 1));
        Assert.Throws<ModelTrainingException>(() => GeneralizedPareto.Fit([.. Danish, double.NaN], 10));
    }

    private static void AssertDigits(double expected, double actual, double digits) =>
        Assert.True(Lre.Of(actual, expected) >= digits, $"Expected {expected:R}, got {actual:R}: {Lre.Of(actual, expected):F1} digits.");
}
