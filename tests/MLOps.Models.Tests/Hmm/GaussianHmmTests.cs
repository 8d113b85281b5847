using MLOps.Models.Catalog;
using MLOps.Models.Classical.Hmm;
using MLOps.Models.Features;

namespace MLOps.Models.Tests.Hmm;

public sealed class GaussianHmmTests
{
    private static readonly double[] Returns = LogReturns.Percent(TestSeries.Sp500.Close)[..1000];

    /// <summary>Every path of a short series, summed and searched by brute force.</summary>
    [Fact]
    public void FilterSmoothViterbi_ShortSeries_AgreeWithEnumeration()
    {
        double[] y = [0.3, -1.2, 2.5, 0.1, -0.4, 3.0];
        double[] start = [0.7, 0.3];
        double[] transition = [0.9, 0.1, 0.25, 0.75];
        var hmm = new GaussianHmm(start, transition, [0.1, -0.2], [0.5, 4], 0);
        var paths = Enumerable.Range(0, 1 << y.Length)
            .Select(bits => y.Select((_, t) => (bits >> t) & 1).ToArray())
            .Select(path => (Path: path, Probability: Probability(path, y.Length)))
            .ToList();

        double Probability(int[] path, int days)
        {
            var p = start[path[0]];
            for (var t = 0; t < days; t++)
            {
                p *= t == 0 ? 1 : transition[(2 * path[t - 1]) + path[t]];
                p *= Math.Exp(-0.5 * Math.Pow(y[t] - hmm.Means[path[t]], 2) / hmm.Variances[path[t]]) / Math.Sqrt(2 * Math.PI * hmm.Variances[path[t]]);
            }

            return p;
        }

        var total = paths.Sum(entry => entry.Probability);
        Assert.Equal(Math.Log(total), hmm.Forward(y).LogLikelihood, 1e-12);
        var best = paths.MaxBy(entry => entry.Probability);
        var viterbi = hmm.Viterbi(y);
        Assert.Equal(best.Path, viterbi.Path);
        Assert.Equal(Math.Log(best.Probability), viterbi.LogProbability, 1e-12);
        for (var t = 0; t < y.Length; t++)
        {
            var smoothed = paths.Where(entry => entry.Path[t] == 1).Sum(entry => entry.Probability) / total;
            Assert.Equal(smoothed, hmm.Smooth(y)[t][1], 1e-12);
            Assert.Equal(
                paths.Where(entry => entry.Path[t] == 1).Sum(entry => Probability(entry.Path, t + 1)) / paths.Sum(entry => Probability(entry.Path, t + 1)),
                hmm.Filter(y)[t][1],
                1e-12);
        }
    }

    [Fact]
    public void Filter_FutureChanges_LeavesThePastAsItWas()
    {
        var hmm = Fit(Returns, 3, 1);
        var changed = (double[])Returns.Clone();
        Array.Fill(changed, 15.0, 700, 300);

        Assert.Equal(hmm.Filter(Returns)[..700], hmm.Filter(changed)[..700]);
    }

    /// <summary>26 days of the DAX are holidays with a return of exactly 0: a state that shrank onto them would have an unbounded likelihood.</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Fit_RunOfExactZeros_NoStateShrinksOntoThem(int states)
    {
        Assert.True(TestSeries.Dax.Count(y => y == 0) > 20);

        var hmm = GaussianHmm.Fit(TestSeries.Dax, states, 8, 3, TestContext.Current.CancellationToken);

        Assert.True(hmm.Variances[0] > 0.05, $"The calmest state has variance {hmm.Variances[0]}.");
        Assert.True(double.IsFinite(hmm.LogLikelihood));
    }

    [Fact]
    public void Fit_MostValuesEqual_StaysFinite()
    {
        var random = new Random(2);
        double[] y = [.. Enumerable.Range(0, 400).Select(i => i % 3 == 0 ? random.NextDouble() - 0.5 : 0)];

        var hmm = Fit(y, 2, 5);

        Assert.True(double.IsFinite(hmm.LogLikelihood));
        Assert.All(hmm.Variances, variance => Assert.True(variance > 0));
        Assert.All(hmm.Smooth(y), row => Assert.Equal(1, row.Sum(), 1e-9));
    }

    [Fact]
    public void Filter_ValueFarBeyondTraining_StaysAProbability()
    {
        var hmm = Fit(Returns, 3, 1);
        double[] y = [0.1, 500, -1e6, 0.2];

        Assert.All([.. hmm.Filter(y), .. hmm.Smooth(y)], row =>
        {
            Assert.Equal(1, row.Sum(), 1e-9);
            Assert.All(row, p => Assert.InRange(p, 0, 1 + 1e-12));
        });
        Assert.True(double.IsFinite(hmm.Forward(y).LogLikelihood));
    }

    [Fact]
    public void Fit_SameSeed_GivesTheSameModelOrderedByVariance()
    {
        var first = Fit(Returns, 3, 4);
        var second = Fit(Returns, 3, 4);

        Assert.Equal(first.LogLikelihood, second.LogLikelihood);
        Assert.Equal(first.Variances, second.Variances);
        Assert.Equal(first.Variances.Order(), first.Variances);
        Assert.Equal(first.LogLikelihood, first.Forward(Returns).LogLikelihood);
        Assert.All(first.Transition, row => Assert.Equal(1, row.Sum(), 1e-12));
    }

    [Fact]
    public void Fit_MoreStarts_NeverEndsLower() =>
        Assert.True(Fit(Returns, 3, 8).LogLikelihood >= Fit(Returns, 3, 1).LogLikelihood - 1e-3);

    [Fact]
    public void Fit_OneState_IsTheNormalDistribution()
    {
        var hmm = Fit(Returns, 1, 2);
        var mean = Returns.Average();
        Assert.Equal(mean, hmm.Means[0], 1e-12);
        Assert.Equal(Returns.Average(y => (y - mean) * (y - mean)), hmm.Variances[0], 1e-12);
    }

    [Fact]
    public void Fit_UnusableSeries_SaysWhy()
    {
        AssertRefused(new double[300], "never changes");
        AssertRefused([.. Returns[..50], double.NaN, .. Returns[..50]], "Observation 50");
        AssertRefused(Returns[..29], "at least 30");
    }

    [Fact]
    public void Fit_Cancelled_Stops()
    {
        using var cancellation = new CancellationTokenSource();
        cancellation.Cancel();
        Assert.Throws<OperationCanceledException>(() => GaussianHmm.Fit(Returns, 3, 5, 1, cancellation.Token));
    }

    private static GaussianHmm Fit(double[] y, int states, int starts) => GaussianHmm.Fit(y, states, starts, 1, TestContext.Current.CancellationToken);

    private static void AssertRefused(double[] y, string message)
    {
        var exception = Assert.Throws<ModelTrainingException>(() => Fit(y, 3, 2));
        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
    }
}
