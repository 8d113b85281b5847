using MLOps.Models.Data;
using MLOps.Models.Features.Technical;
using MLOps.Testing;

namespace MLOps.Models.Tests.Technical;

/// <summary>Every indicator against TA-Lib on the bars of TA-Lib's own regression test.</summary>
public sealed class TechnicalIndicatorsReferenceTests
{
    /// <summary>An average of zeros in TA-Lib's running sum is 1e-15 of rounding: nothing is compared more finely than this.</summary>
    private const double Noise = 1e-12;

    public static TheoryData<string> Indicators => new(TechnicalReference.Computed.Keys.Order(StringComparer.Ordinal));

    [Fact]
    public void Reference_EveryIndicator_IsComputed() => Assert.Equal(
        TechnicalReference.Talib.EnumerateObject().Select(item => item.Name).Order(StringComparer.Ordinal),
        TechnicalReference.Computed.Keys.Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Indicators))]
    public void Compute_TalibsBars_AgreesToNineDigits(string indicator)
    {
        var expected = TechnicalReference.Talib.GetProperty(indicator);
        var begin = expected.GetProperty("begIdx").GetInt32();
        var outputs = TechnicalReference.Computed[indicator];
        Assert.Equal(expected.GetProperty("out").GetArrayLength(), outputs.Length);
        foreach (var (values, reference) in outputs.Zip(expected.GetProperty("out").EnumerateArray()))
        {
            Assert.Equal(TechnicalReference.Bars.Count, values.Length);
            Assert.All(values.Take(begin), value => Assert.Equal(double.NaN, value));
            AssertAgree(reference.GetProperty("first").Numbers(), values[begin..(begin + 3)]);
            AssertAgree(reference.GetProperty("last").Numbers(), values[^3..]);
            AssertAgree([reference.GetProperty("sum").GetDouble()], [values[begin..].Sum()]);
        }
    }

    [Theory]
    [MemberData(nameof(Indicators))]
    public void Compute_LaterBarsAreMissing_LeavesEarlierValuesAsTheyWere(string indicator)
    {
        const int days = 170;
        var part = TechnicalReference.Compute(TrainingData.FromBars(TechnicalReference.Bars).Rows(0, days).Bars())[indicator];
        Assert.All(part.Zip(TechnicalReference.Computed[indicator]), pair => Assert.Equal(pair.First, pair.Second.Take(days)));
    }

    [Fact]
    public void Compute_NoBarsOrFew_IsUndefinedEverywhere()
    {
        var bars = TrainingData.FromBars(TechnicalReference.Bars);
        Assert.All(TechnicalReference.Compute(bars.Rows(0, 0).Bars()).Values, outputs => Assert.All(outputs, Assert.Empty));
        var two = TechnicalReference.Compute(bars.Rows(0, 2).Bars());
        Assert.Equal([double.NaN, double.NaN], two["ADX14"][0]);
        Assert.Equal([double.NaN, double.NaN], two["HT_DCPERIOD"][0]);
    }

    [Fact]
    public void Compute_ABadPeriod_IsRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => TechnicalIndicators.Sma([1, 2], 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => TechnicalIndicators.Rsi([1, 2], 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => TechnicalIndicators.DirectionalMovement(TechnicalReference.Bars, 1));
    }

    private static void AssertAgree(double[] expected, double[] actual) =>
        Assert.All(expected.Zip(actual), pair => Assert.True(
            Math.Abs(pair.Second - pair.First) < Noise || Lre.Of(pair.Second, pair.First) >= 9,
            $"{pair.Second:R} against {pair.First:R}"));
}
