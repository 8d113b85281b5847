using MLOps.Models.Evaluation;

namespace MLOps.Models.Tests.Evaluation;

/// <summary>Against the examples that the papers print, to the digits that they print.</summary>
public sealed class SharpeTests
{
    /// <summary>Bailey and López de Prado (2012): two years of monthly returns with a ratio of 0.458 a month.</summary>
    [Theory]
    [InlineData(0, 3, 0.982)]
    [InlineData(-2.448, 10.164, 0.913)]
    public void Probabilistic_PaperOf2012_GivesItsProbability(double skewness, double kurtosis, double expected) =>
        Assert.Equal(expected, ProbabilisticSharpe.Of(0.458, 0, 24, skewness, kurtosis), 5e-4);

    /// <summary>The same paper: years until an annual ratio of 2 is above 1 with 95 % confidence, normal returns.</summary>
    [Theory]
    [InlineData(252, 2.73)]
    [InlineData(52, 2.83)]
    [InlineData(12, 3.24)]
    public void MinimumTrackRecord_PaperOf2012_GivesItsYears(double perYear, double years) =>
        Assert.Equal(years, ProbabilisticSharpe.MinimumTrackRecord(2 / Math.Sqrt(perYear), 1 / Math.Sqrt(perYear), 0.95, 0, 3) / perYear, 5e-3);

    /// <summary>Bailey and López de Prado (2014): annual ratio of 2.5 over 1,250 days, the best of N trials whose annual ratios have variance 1/2.</summary>
    [Theory]
    [InlineData(100, -3, 10, 0.9004)]
    [InlineData(46, -3, 10, 0.9505)]
    [InlineData(88, 0, 3, 0.9505)]
    public void Deflated_PaperOf2014_GivesItsProbability(int trials, double skewness, double kurtosis, double expected) =>
        Assert.Equal(expected, DeflatedSharpe.Of(2.5 / Math.Sqrt(250), 1250, skewness, kurtosis, trials, 0.5 / 250), 5e-5);

    [Fact]
    public void ExpectedMaximum_PaperOf2014_GivesItsRatio() => Assert.Equal(0.1132, DeflatedSharpe.ExpectedMaximum(100, 0.5 / 250), 5e-5);

    [Fact]
    public void ExpectedMaximum_ManyTrialsWithoutSkill_IsTheirMeanMaximum()
    {
        const int Trials = 50;
        var random = new MathNet.Numerics.Random.MersenneTwister(7);
        var maxima = Enumerable.Range(0, 4000).Select(_ => Enumerable.Range(0, Trials).Max(_ => MathNet.Numerics.Distributions.Normal.Sample(random, 0, 0.2)));

        Assert.Equal(maxima.Average(), DeflatedSharpe.ExpectedMaximum(Trials, 0.04), 0.01);
    }

    [Fact]
    public void Deflated_OneTrial_IsTheProbabilisticRatioAgainstZero()
    {
        double[] returns = [0.02, -0.01, 0.015, 0.03, -0.005];
        Assert.Equal(ProbabilisticSharpe.Of(returns, 0), DeflatedSharpe.Of(returns, 1, 0.3));
    }

    [Fact]
    public void Probabilistic_AgainstItself_IsEven() =>
        Assert.Equal(0.5, ProbabilisticSharpe.Of(0.1, 0.1, 300, -0.7, 6), 1e-15);

    [Fact]
    public void MinimumTrackRecord_SharpeBelowTheBenchmark_IsNever() =>
        Assert.Equal(double.PositiveInfinity, ProbabilisticSharpe.MinimumTrackRecord(0.1, 0.1, 0.95, 0, 3));

    [Fact]
    public void MinimumTrackRecord_ThatManyReturns_GiveTheConfidence()
    {
        var count = ProbabilisticSharpe.MinimumTrackRecord(0.2, 0.05, 0.95, -1, 8);
        Assert.InRange(ProbabilisticSharpe.Of(0.2, 0.05, (int)Math.Ceiling(count), -1, 8), 0.95, 0.951);
        Assert.True(ProbabilisticSharpe.Of(0.2, 0.05, (int)count - 1, -1, 8) < 0.95);
    }

    [Fact]
    public void Of_Sp500LogReturns_GivesTheReferenceRatio()
    {
        var returns = MLOps.Models.Features.LogReturns.Percent(TestSeries.Sp500.Close);
        Assert.Equal(0.16870741393000727, SharpeRatio.Annualised(SharpeRatio.Of(returns), 252), 1e-12);
    }

    [Theory]
    [InlineData(1e-200)]
    [InlineData(1e-3)]
    [InlineData(1e120)]
    public void Moments_ReturnsInAnotherUnit_HaveTheSameShape(double unit)
    {
        double[] returns = [1, 2, 4, 8, -3];
        var expected = ReturnMoments.Of(returns);
        var scaled = ReturnMoments.Of([.. returns.Select(value => value * unit)]);

        // By hand: mean 2.4, central moments 13.04, 3.888 and 368.8352.
        Assert.Equal(3.888 / Math.Pow(13.04, 1.5), expected.Skewness, 1e-12);
        Assert.Equal(368.8352 / (13.04 * 13.04), expected.Kurtosis, 1e-12);
        Assert.Equal(Math.Sqrt(65.2 / 4), expected.Deviation, 1e-12);
        Assert.Equal(expected.Skewness, scaled.Skewness, 1e-12);
        Assert.Equal(expected.Kurtosis, scaled.Kurtosis, 1e-12);
        Assert.Equal(SharpeRatio.Of(expected), SharpeRatio.Of(scaled), 1e-12);
    }

    [Fact]
    public void Of_EqualReturns_HaveNoRatio()
    {
        Assert.True(double.IsNaN(SharpeRatio.Of([0.1, 0.1, 0.1])));
        Assert.True(double.IsNaN(ProbabilisticSharpe.Of([0.1, 0.1, 0.1], 0)));
    }

    [Fact]
    public void Moments_OneReturn_IsRefused() => Assert.Contains("there are 1", Assert.Throws<ArgumentException>(() => ReturnMoments.Of([0.1])).Message, StringComparison.Ordinal);

    [Fact]
    public void Moments_NotANumber_IsRefused() => Assert.Throws<ArgumentException>(() => ReturnMoments.Of([0.1, double.NaN]));

    [Fact]
    public void Probabilistic_ExcessKurtosisGivenAsKurtosis_IsRefused()
    {
        var exception = Assert.Throws<ArgumentOutOfRangeException>(() => ProbabilisticSharpe.Of(0.1, 0, 100, 0, 0));
        Assert.Contains("not the excess", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ExpectedMaximum_NoTrial_IsRefused() => Assert.Throws<ArgumentOutOfRangeException>(() => DeflatedSharpe.ExpectedMaximum(0, 1));
}
