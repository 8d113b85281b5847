using MLOps.Models.Classical.HarRv;
using MLOps.Models.Data;
using MLOps.Testing;

namespace MLOps.Models.Tests.HarRv;

public sealed class HarRegressionTests
{
    private static readonly double[] UsdChf = TestSeries.Column("usdchf_daily_rv_from_30min.csv", 1);

    [Theory]
    [InlineData("level")]
    [InlineData("log")]
    public void Fit_UsdChf_AgreesWithReference(string form)
    {
        var expected = TestSeries.Reference("statespace-har-reference.json", "har_usdchf").GetProperty(form);

        var fit = HarRegression.Fit(UsdChf, form == "log", 5);

        Assert.Equal(expected.GetProperty("n").GetInt32(), fit.Observations);
        Assert.Equal(expected.GetProperty("names").EnumerateArray().Select(name => name.GetString()), HarRegression.Names);
        AssertDigits(expected.GetProperty("coef").Numbers(), fit.Coefficients);
        AssertDigits(expected.GetProperty("se_ols").Numbers(), fit.OlsErrors);
        AssertDigits(expected.GetProperty("se_hac_bartlett5").Numbers(), fit.HacErrors);
        AssertDigits(
            [expected.GetProperty("r2").GetDouble(), expected.GetProperty("adj_r2").GetDouble(), expected.GetProperty("pred_next").GetDouble()],
            [fit.RSquared, fit.AdjustedRSquared, fit.Line(UsdChf.AsSpan(^22..))]);
    }

    /// <summary>Second half of the days, each forecast by a fit on those before it that is renewed every 5 days.</summary>
    [Fact]
    public void Forecast_UsdChfOutOfSample_ScoresAsTheReferenceDid()
    {
        const int First = 650;
        var losses = new List<double>();
        var fit = HarRegression.Fit(UsdChf.AsSpan(0, First), false, 5);
        for (var t = First; t < UsdChf.Length; t++)
        {
            fit = (t - First) % 5 == 0 ? HarRegression.Fit(UsdChf.AsSpan(0, t), false, 5) : fit;
            var ratio = UsdChf[t] / fit.Forecast(UsdChf.AsSpan(t - 22, 22));
            losses.Add(ratio - Math.Log(ratio) - 1);
        }

        Assert.Equal(0.1651604032002241, losses.Average(), 1e-9);
    }

    [Fact]
    public void Fit_AnotherUnit_ScalesTheConstantAlone()
    {
        var expected = HarRegression.Fit(UsdChf, false, 5);
        var actual = HarRegression.Fit([.. UsdChf.Select(rv => rv * 1e-4)], false, 5);

        Assert.Equal(expected.Coefficients[0] * 1e-4, actual.Coefficients[0], 1e-12);
        Assert.Equal(expected.Coefficients[1..], actual.Coefficients[1..], (one, other) => Math.Abs(one - other) < 1e-9);
        Assert.Equal(expected.HacErrors[3], actual.HacErrors[3], 1e-9);
    }

    /// <summary>The 30-minute prices give the daily variances that the other file has; day 1 has no return from the day before.</summary>
    [Fact]
    public void Of_IntradayPrices_SumsSquaredReturnsByDay()
    {
        var lines = File.ReadLines(RepositoryRoot.Combine("tests", "data", "usdchf_30min_april_1996.csv")).Skip(1).Select(line => line.Split(',')).ToArray();
        var times = lines.Select(line => TimeText.TryParse(line[0], out var time) ? time : throw new FormatException(line[0])).ToArray();

        var days = DailyVariances.Of(
            new TrainingData(times, [DataColumn.Of("rate", TestSeries.Column("usdchf_30min_april_1996.csv", 1))]), DailyVariances.IntradayPrices, "rate");

        Assert.Equal(new DateOnly(1996, 4, 2), days.Days![0]);
        Assert.Equal(24, days.Values.Length);
        AssertDigits(UsdChf[..24], days.Values);
        Assert.Equal(48, days.FirstRows[0]);
    }

    private static void AssertDigits(double[] expected, double[] actual) =>
        Assert.All(expected.Zip(actual), pair => Assert.True(Lre.Of(pair.Second, pair.First) >= 9, $"{pair.Second:R} instead of {pair.First:R}."));
}
