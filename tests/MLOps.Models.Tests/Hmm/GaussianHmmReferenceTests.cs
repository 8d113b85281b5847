using MLOps.Models.Classical.Hmm;
using MLOps.Models.Features;
using MLOps.Testing;

namespace MLOps.Models.Tests.Hmm;

/// <summary>S&amp;P 500 daily percent log returns 2000-2020, against the reference fits.</summary>
public sealed class GaussianHmmReferenceTests
{
    /// <summary>The reference counts days from 1.</summary>
    private const int ReferenceDay100 = 99;

    private static readonly double[] Returns = LogReturns.Percent(TestSeries.Sp500.Close);

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void Fit_Sp500_ReachesTheReference(int states)
    {
        var expected = TestSeries.Reference("gaussian-hmm-reference.json", $"sp500_2000_2020_K{states}");

        var hmm = GaussianHmm.Fit(Returns, states, 5, 1, TestContext.Current.CancellationToken);

        Assert.Equal(expected.GetProperty("n").GetInt32(), Returns.Length);
        Assert.True(
            hmm.LogLikelihood >= Math.Round(expected.GetProperty("loglik").GetDouble(), 4) - 5e-5,
            $"Log-likelihood {hmm.LogLikelihood:F7} is worse than the reference {expected.GetProperty("loglik").GetDouble():F7}.");
        AssertDigits("means", expected.GetProperty("means").EnumerateArray().Select(row => row[0].GetDouble()), hmm.Means, 3.5);
        AssertDigits("variances", expected.GetProperty("covars").EnumerateArray().Select(row => row[0][0].GetDouble()), hmm.Variances, 4.5);
        Assert.All(
            expected.GetProperty("A").EnumerateArray().SelectMany(row => row.Numbers()).Zip(hmm.Transition.SelectMany(row => row)),
            pair => Assert.Equal(pair.First, pair.Second, 1e-5));

        var viterbi = hmm.Viterbi(Returns);
        AssertDigits("Viterbi", [expected.GetProperty("viterbi_loglik").GetDouble()], [viterbi.LogProbability], 6);
        Assert.Equal(expected.GetProperty("viterbi_counts").Numbers(), Enumerable.Range(0, states).Select(k => (double)viterbi.Path.Count(state => state == k)));
        Assert.Equal(expected.GetProperty("viterbi_switches").GetInt32(), viterbi.Path.Zip(viterbi.Path.Skip(1)).Count(pair => pair.First != pair.Second));

        AssertClose(expected.GetProperty("filtered_t100").Numbers(), hmm.Filter(Returns)[ReferenceDay100]);
        AssertClose(expected.GetProperty("filtered_last").Numbers(), hmm.Filter(Returns)[^1]);
        AssertClose(expected.GetProperty("smoothed_t100").Numbers(), hmm.Smooth(Returns)[ReferenceDay100]);
        var smoothed = hmm.Smooth(Returns);
        AssertClose(expected.GetProperty("smoothed_mean").Numbers(), [.. Enumerable.Range(0, states).Select(k => smoothed.Average(row => row[k]))]);
    }

    private static void AssertClose(double[] expected, double[] actual) =>
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 2e-5));

    private static void AssertDigits(string what, IEnumerable<double> expected, IReadOnlyList<double> actual, double digits)
    {
        var lre = expected.Zip(actual, (reference, value) => Lre.Of(value, reference)).ToArray();
        Assert.True(lre.Min() >= digits, $"{what}: log relative errors {string.Join(", ", lre)}; at least {digits} digits must agree.");
    }
}
