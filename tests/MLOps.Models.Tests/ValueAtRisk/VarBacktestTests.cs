using System.Text.Json;
using MLOps.Models.Classical.ValueAtRisk;
using MLOps.Testing;

namespace MLOps.Models.Tests.ValueAtRisk;

public sealed class VarBacktestTests
{
    [Fact]
    public void Kupiec_ReferenceCases_Agree() => Assert.All(TestSeries.Reference("risk-reference.json", "kupiec_examples").EnumerateArray(), example =>
    {
        var test = VarBacktest.Kupiec(example.GetProperty("T").GetInt32(), example.GetProperty("x").GetInt32(), example.GetProperty("p").GetDouble());
        AssertAgrees(example.GetProperty("LR_uc"), test.Statistic);

        // Of a statistic that is 0 but for rounding (here 1e-14) the p-value keeps the root of that.
        Assert.Equal(example.GetProperty("pvalue").GetDouble(), test.PValue, 2e-7);
        if (test.Statistic > 1e-9)
        {
            AssertAgrees(example.GetProperty("pvalue"), test.PValue);
        }
    });

    [Fact]
    public void NotRejected_KupiecsTable_Agrees() => Assert.All(TestSeries.Reference("risk-reference.json", "kupiec_nonrejection_95").EnumerateArray(), row =>
        Assert.All(new[] { 255, 510, 1000 }, days =>
        {
            var range = VarBacktest.NotRejected(days, row.GetProperty("p").GetDouble(), 0.95)!.Value;
            Assert.Equal(row.GetProperty($"T{days}").GetString(), $"{range.From}..{range.To}");
        }));

    [Fact]
    public void TrafficLight_BaselTable_Agrees() => Assert.All(TestSeries.Reference("risk-reference.json", "basel_traffic_light_250_1pct").EnumerateArray(), row =>
    {
        var light = VarBacktest.TrafficLight(250, row.GetProperty("x").GetInt32(), 0.01);
        AssertAgrees(row.GetProperty("prob_exact"), light.Probability);
        AssertAgrees(row.GetProperty("cum"), light.Cumulative);

        // The reference takes 1 less the rest, which leaves its smallest values fewer digits.
        Assert.Equal(row.GetProperty("type1_ge").GetDouble(), light.AtLeast, 1e-14 + (1e-9 * light.AtLeast));
        Assert.Equal(row.GetProperty("zone").GetString(), light.Zone.ToString(), ignoreCase: true);
    });

    [Theory]
    [InlineData("clustered_31_32_33_101_201_1based", new[] { 30, 31, 32, 100, 200 })]
    [InlineData("spread_31_81_131_181_231", new[] { 30, 80, 130, 180, 230 })]
    public void Christoffersen_ReferenceCases_Agree(string name, int[] hits)
    {
        var expected = TestSeries.Reference("risk-reference.json", "christoffersen_examples").GetProperty(name);
        var test = VarBacktest.Christoffersen([.. Enumerable.Range(0, 250).Select(day => hits.Contains(day))], 0.01);

        Assert.Equal(expected.GetProperty("x").GetInt32(), test.Exceptions);
        Assert.Equal(expected.GetProperty("transitions").EnumerateArray().Select(row => row.EnumerateArray().Select(count => count.GetInt32()).ToArray()), test.Transitions);
        AssertAgrees(expected.GetProperty("LR_uc"), test.Coverage.Statistic);
        AssertAgrees(expected.GetProperty("p_uc"), test.Coverage.PValue);
        AssertAgrees(expected.GetProperty("LR_ind"), test.Independence.Statistic);
        AssertAgrees(expected.GetProperty("p_ind"), test.Independence.PValue);
        AssertAgrees(expected.GetProperty("LR_cc_sum"), test.Conditional.Statistic);
        AssertAgrees(expected.GetProperty("p_cc"), test.Conditional.PValue);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(250)]
    public void Christoffersen_NoneOrAllHits_IsFinite(int hits)
    {
        var test = VarBacktest.Christoffersen([.. Enumerable.Range(0, 250).Select(day => day < hits)], 0.01);
        Assert.True(double.IsFinite(test.Conditional.Statistic));
        Assert.InRange(test.Conditional.PValue, 0, 1);
        Assert.InRange(test.Independence.Statistic, 0, 1);
    }

    [Fact]
    public void Kupiec_ImpossibleArguments_AreRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => VarBacktest.Kupiec(10, 11, 0.01));
        Assert.Throws<ArgumentOutOfRangeException>(() => VarBacktest.Kupiec(0, 0, 0.01));
        Assert.Throws<ArgumentOutOfRangeException>(() => VarBacktest.TrafficLight(10, 1, 1));
    }

    private static void AssertAgrees(JsonElement expected, double actual)
    {
        var reference = expected.GetDouble();
        Assert.True(Math.Abs(reference - actual) < 1e-13 || Lre.Of(actual, reference) >= 10, $"Expected {reference:R}, got {actual:R}.");
    }
}
