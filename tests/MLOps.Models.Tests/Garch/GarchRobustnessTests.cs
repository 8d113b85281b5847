using MLOps.Models.Catalog;
using MLOps.Models.Classical.Egarch;
using MLOps.Models.Classical.Garch;
using MLOps.Models.Classical.GjrGarch;

namespace MLOps.Models.Tests.Garch;

public sealed class GarchRobustnessTests
{
    [Theory]
    [InlineData(1e-4)]
    [InlineData(0.01)]
    [InlineData(250)]
    public void Fit_SeriesInAnotherUnit_GivesTheSameModelInThatUnit(double unit)
    {
        var expected = Fit(TestSeries.DemGbp);
        var actual = Fit([.. TestSeries.DemGbp.Select(y => y * unit)]);

        Assert.Equal(expected.Theta[0] * unit, actual.Theta[0], 1e-8 * unit);
        Assert.Equal(expected.Theta[1] * unit * unit, actual.Theta[1], 1e-8 * unit * unit);
        Assert.Equal(expected.Theta[2], actual.Theta[2], 1e-8);
        Assert.Equal(expected.Theta[3], actual.Theta[3], 1e-8);
        Assert.Equal(expected.LogLikelihood - (TestSeries.DemGbp.Length * Math.Log(unit)), actual.LogLikelihood, 1e-6);
        Assert.Equal(expected.Errors.Robust[1] * unit * unit, actual.Errors.Robust[1], 1e-7 * unit * unit);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Fit_IndependentNoise_FindsNoWorseThanAConstantVariance(bool student)
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var noise = Noise(seed, 600);

            var fit = GarchFitter.Fit(noise, new GarchRecursion(), student ? new StudentDensity() : new NormalDensity(), 500, (_, _, _) => { });

            var mean = noise.Average();
            var constant = -0.5 * noise.Length * (Math.Log(2 * Math.PI * noise.Average(y => (y - mean) * (y - mean))) + 1);
            Assert.True(fit.LogLikelihood >= constant - (student ? 0.5 : 1e-6), $"Seed {seed}: {fit.LogLikelihood} is worse than {constant} of a constant variance.");
            Assert.InRange(fit.Theta[2], 0, 0.2);
        }
    }

    [Fact]
    public void Fit_AlphaAtZero_HasNoErrorsForTheBoundParametersAndOnesForTheRest()
    {
        var fit = Enumerable.Range(0, 50)
            .Select(seed => GarchFitter.Fit(Noise(seed, 300), new GarchRecursion(), new NormalDensity(), 500, (_, _, _) => { }))
            .First(candidate => candidate.AtBound.Contains("alpha"));

        Assert.Equal(["alpha", "beta"], fit.AtBound);
        Assert.Equal(0, fit.Persistence);
        Assert.True(double.IsNaN(fit.Errors.Hessian[2]) && double.IsNaN(fit.Errors.Robust[3]));
        Assert.All([fit.Errors.Hessian[0], fit.Errors.Hessian[1], fit.Errors.Robust[1]], error => Assert.InRange(error, 1e-6, 1));
    }

    [Fact]
    public void Fit_SimulatedGarch_RecoversTheParameters()
    {
        double[] truth = [0.1, 0.05, 0.1, 0.85];
        AssertRecovered(truth, Fit(Simulate(7, truth[0], (e, h) => truth[1] + (truth[2] * e * e) + (truth[3] * h))));
    }

    /// <summary>Rises weigh more than falls here, as they do in the pricing of some commodities: γ is negative.</summary>
    [Fact]
    public void Fit_SimulatedGjrWhoseRisesWeighMore_RecoversTheParameters()
    {
        double[] truth = [0.1, 0.05, 0.15, -0.1, 0.85];
        var series = Simulate(11, truth[0], (e, h) => truth[1] + ((truth[2] + (e < 0 ? truth[3] : 0)) * e * e) + (truth[4] * h));

        AssertRecovered(truth, GarchFitter.Fit(series, new GjrRecursion(), new NormalDensity(), 200, (_, _, _) => { }));
    }

    [Fact]
    public void Fit_SimulatedEgarch_RecoversTheParameters()
    {
        double[] truth = [0.1, 0.02, -0.08, 0.15, 0.95];
        var series = Simulate(12, truth[0], (e, h) =>
            Math.Exp(truth[1] + (truth[2] * e / Math.Sqrt(h)) + (truth[3] * ((Math.Abs(e) / Math.Sqrt(h)) - Math.Sqrt(2 / Math.PI))) + (truth[4] * Math.Log(h))));

        AssertRecovered(truth, GarchFitter.Fit(series, new EgarchRecursion(), new NormalDensity(), 200, (_, _, _) => { }));
    }

    [Theory]
    [InlineData(1e-4)]
    [InlineData(250)]
    public void Fit_EgarchInAnotherUnit_GivesTheSameModelInThatUnit(double unit)
    {
        var expected = GarchFitter.Fit(TestSeries.DemGbp, new EgarchRecursion(), new NormalDensity(), 200, (_, _, _) => { });
        var actual = GarchFitter.Fit([.. TestSeries.DemGbp.Select(y => y * unit)], new EgarchRecursion(), new NormalDensity(), 200, (_, _, _) => { });

        Assert.Equal(expected.Theta[1] + (2 * (1 - expected.Theta[4]) * Math.Log(unit)), actual.Theta[1], 1e-8);
        Assert.Equal(expected.Theta[2..], actual.Theta[2..], (one, other) => Math.Abs(one - other) < 1e-8);
        Assert.Equal(expected.Errors.Robust[4], actual.Errors.Robust[4], 1e-7);
        Assert.Equal(expected.NextVariance, actual.NextVariance / (unit * unit), 1e-7);
    }

    /// <summary>Holidays with a return of exactly 0, where |y − μ| has a corner: alone in the week they push the mean off 0, in long runs they hold it there.</summary>
    [Theory]
    [InlineData(6, 2, false)]
    [InlineData(60, 20, true)]
    public void Fit_EgarchOnManyZeroReturns_FindsTheBestMean(int period, int zeros, bool inCorner)
    {
        double[] series = [.. TestSeries.DemGbp.Select((y, i) => i % period < zeros ? 0 : y)];

        var fit = GarchFitter.Fit(series, new EgarchRecursion(), new NormalDensity(), 500, (_, _, _) => { });

        var likelihood = new GarchLikelihood(series, new EgarchRecursion(), new NormalDensity());
        Assert.All(Enumerable.Range(-100, 201), i => Assert.True(likelihood.Value([i * 0.0005, .. fit.Theta[1..]]) <= fit.LogLikelihood + 1e-5));
        Assert.Equal(inCorner, fit.Theta[0] == 0);
        Assert.Equal(inCorner, fit.AtBound.Contains("mu"));
        Assert.Equal(inCorner, double.IsNaN(fit.Errors.Hessian[0]));
        Assert.All(fit.Errors.Hessian[1..], error => Assert.True(double.IsFinite(error)));
    }

    [Fact]
    public void Fit_ConstantSeries_IsRefused()
    {
        var exception = Assert.Throws<ModelTrainingException>(() => Fit([.. Enumerable.Repeat(0.3, 500)]));
        Assert.Contains("constant", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Fit_NonFiniteObservation_IsRefusedWithItsPlace(double bad)
    {
        var series = (double[])TestSeries.DemGbp.Clone();
        series[17] = bad;
        var exception = Assert.Throws<ModelTrainingException>(() => Fit(series));
        Assert.Contains("Observation 17", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_TooFewIterations_SaysWhereItStopped()
    {
        var exception = Assert.Throws<ModelTrainingException>(() => GarchFitter.Fit(TestSeries.DemGbp, new GarchRecursion(), new NormalDensity(), 2, (_, _, _) => { }));
        Assert.Contains("did not converge in 2 iterations", exception.Message, StringComparison.Ordinal);
    }

    private static GarchFit Fit(double[] series) => GarchFitter.Fit(series, new GarchRecursion(), new NormalDensity(), 200, (_, _, _) => { });

    private static double[] Simulate(int seed, double mean, Func<double, double, double> next)
    {
        var random = new Random(seed);
        var series = new double[20_000];
        var h = 1.0;
        for (var t = 0; t < series.Length; t++)
        {
            var e = Math.Sqrt(h) * Gaussian(random);
            series[t] = mean + e;
            h = next(e, h);
        }

        return series;
    }

    private static void AssertRecovered(double[] truth, GarchFit fit) => Assert.All(
        Enumerable.Range(0, truth.Length),
        i => Assert.InRange(fit.Theta[i], truth[i] - (4 * fit.Errors.Hessian[i]), truth[i] + (4 * fit.Errors.Hessian[i])));

    private static double[] Noise(int seed, int count)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => Gaussian(random))];
    }

    private static double Gaussian(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
