using MLOps.Models.Classical.HarRv;
using MLOps.Models.Data;
using MLOps.Models.Neural.Volatility;

namespace MLOps.Models.Tests.HarRv;

/// <summary>Days that rows were taken out between: no mean, no answer, no lag and no window reaches over the gap.</summary>
public sealed class HarPiecesTests
{
    private static readonly double[] Rv = TestSeries.Column("usdchf_daily_rv_from_30min.csv", 1);
    private static readonly RowRange[] Kept = [new(0, 400), new(450, 460), new(500, 900)];

    [Fact]
    public void Fit_Pieces_IsTheRegressionOfTheirRowsByHand()
    {
        var days = Days(Kept);
        var fit = HarRegression.Fit(days.Values, days.Pieces, isLog: false, lags: 3);

        // The middle piece is shorter than a month: it has no row.
        Assert.Equal((400 - 22) + (400 - 22), fit.Observations);
        int[] answers = [.. Enumerable.Range(22, 378), .. Enumerable.Range(522, 378)];
        double[][] x = Array.ConvertAll(answers, t => new[] { 1, Rv[t - 1], Rv[(t - 5)..t].Average(), Rv[(t - 22)..t].Average() });
        double[] y = Array.ConvertAll(answers, t => Rv[t]);
        double[] residuals = [.. x.Select((row, i) => y[i] - fit.Coefficients.Zip(row, (weight, value) => weight * value).Sum())];

        // Least squares: what is left is orthogonal to every regressor.
        Assert.All(Enumerable.Range(0, 4), k => Assert.Equal(0, x.Zip(residuals, (row, left) => row[k] * left).Sum(), 1e-8));
        Assert.Equal(days.Values.Min(), fit.Smallest);
    }

    /// <summary>Two pieces of the same days: the long-run covariance of both is twice that of one, and the errors are 1/√2 of it.</summary>
    [Fact]
    public void Fit_TheSameDaysTwice_HasTheErrorsOfOneByTheRootOfTwo()
    {
        var one = HarRegression.Fit(Rv.AsSpan(0, 500), isLog: true, lags: 7);
        double[] twice = [.. Rv[..500], .. Rv[..500]];
        var two = HarRegression.Fit(twice, [new RowRange(0, 500), new RowRange(500, 1000)], isLog: true, lags: 7);

        Assert.Equal(one.Coefficients, two.Coefficients, (a, b) => Math.Abs(a - b) < 1e-9);
        Assert.All(one.HacErrors.Zip(two.HacErrors), errors => Assert.Equal(errors.First / Math.Sqrt(2), errors.Second, 1e-9));

        // As one series the seam would count.
        Assert.NotEqual(two.HacErrors[1], HarRegression.Fit(twice, isLog: true, lags: 7).HacErrors[1], 1e-6);
    }

    [Fact]
    public void Fit_MoreLagsThanDaysOfAPiece_TakesThoseThatThereAre()
    {
        var fit = HarRegression.Fit(Rv.AsSpan(0, 80), isLog: false, lags: 250);
        Assert.All(fit.HacErrors, error => Assert.True(double.IsFinite(error)));
    }

    [Fact]
    public void Windows_Pieces_AreThoseOfEachByItself()
    {
        var days = Days(Kept);
        var features = VolatilityFeatures.Compute(days);
        var alone = VolatilityFeatures.Compute(Days([Kept[2]]));

        Assert.Equal((400 - 43) + (400 - 43), days.Between(0, days.Values.Length, VolatilityFeatures.History).Length);
        Assert.Equal(410 + 43, days.Between(400, days.Values.Length, VolatilityFeatures.History)[0]);
        foreach (var day in (int[])[43, 200, 400])
        {
            Assert.Equal(alone.Before(day), features.Before(410 + day));
        }
    }

    [Fact]
    public void Score_TheAverageOfAPiece_BeginsWithIt()
    {
        var days = Days([new RowRange(0, 100), new RowRange(300, 400)]);
        var alone = Days([new RowRange(300, 400)]);
        int[] scored = days.Between(100, 200, 22);

        double[] ones = [.. Enumerable.Repeat(1.0, scored.Length)];

        var joined = VarianceForecastScore.Of(days, scored, ones);
        var expected = VarianceForecastScore.Of(alone, [.. scored.Select(day => day - 100)], ones);

        Assert.Equal(78, scored.Length);
        Assert.Equal(expected, joined);
    }

    /// <summary>A gap at noon: the day that it cuts and the one that it ends in have no variance.</summary>
    [Fact]
    public void Of_IntradayPricesWithAGapWithinADay_LeavesOutTheDaysThatItCuts()
    {
        DateTime[] times = [.. Enumerable.Range(0, 100).Select(i => new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddDays(i / 10).AddHours(i % 10))];
        var data = new TrainingData(times, [DataColumn.Of("price", [.. Enumerable.Range(0, 100).Select(i => 100 + (i % 7.0))])]);

        var days = DailyVariances.Of(data.Rows([new RowRange(0, 45), new RowRange(65, 100)]), DailyVariances.IntradayPrices, "price");

        Assert.Equal([2, 3, 4, 8, 9, 10], days.Days!.Select(day => day.Day));
        Assert.Equal([new RowRange(0, 3), new RowRange(3, 6)], days.Pieces);
        Assert.Equal([10, 20, 30, 50, 60, 70], days.FirstRows);

        // Rows that are there are as without a gap.
        var whole = DailyVariances.Of(data, DailyVariances.IntradayPrices, "price");
        Assert.Equal([.. whole.Values[..3], .. whole.Values[6..]], days.Values);
    }

    private static DailyVariances Days(IReadOnlyList<RowRange> kept) =>
        DailyVariances.Of(new TrainingData(null, [DataColumn.Of("rv", Rv)]).Rows(kept), DailyVariances.Variance, "rv");
}
