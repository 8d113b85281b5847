using MLOps.Models.Catalog;
using MLOps.Models.Classical.OrderFlowImpact;
using MLOps.Models.Classical.ValueAtRisk;
using MLOps.Models.Data;
using MLOps.Models.Evaluation;
using MLOps.Models.Features;
using MLOps.Models.Neural.Anomaly;
using MLOps.Models.Neural.Embedding;
using MLOps.Models.Neural.Forecaster;
using MLOps.Models.Tests.Microstructure;

namespace MLOps.Models.Tests.Evaluation;

/// <summary>How many windows, intervals and returns pieces of rows make, and that none reaches over a gap.</summary>
public sealed class PiecesOfModelsTests
{
    private static readonly TrainingData Bars = TrainingData.FromBars(TestSeries.Sp500);
    private static readonly RowRange[] Kept = [new(1000, 1300), new(1310, 1400), new(1500, 1700)];

    [Fact]
    public void Patch_Pairs_LieWithinAPiece()
    {
        var panel = VolatilityPanel.Of(Bars.Rows(Kept));
        var starts = ForecastWindows.Starts(panel, 0, panel.Rows.Length);

        // 96 days before and 24 after: the middle piece of 90 has none.
        Assert.Equal([.. Enumerable.Range(96, 300 - 119), .. Enumerable.Range(390 + 96, 200 - 119)], starts);
        Assert.Equal(390 + 96, ForecastWindows.Starts(panel, 300, panel.Rows.Length)[0]);
        Assert.Equal(300 - 119, ForecastWindows.Starts(panel, 0, 410).Length);
    }

    [Fact]
    public void Patch_DayWithoutMovementBehindAGap_IsNotAsTheDayBeforeTheGap()
    {
        var data = new TrainingData(null, [DataColumn.Of("rv", [2.0, 3.0, 0.0, 0.0])]).Rows([new RowRange(0, 1), new RowRange(2, 4)]);
        var rows = VolatilityPanel.Of(data).Rows;
        Assert.Equal(Math.Log(2), rows[0][0]);
        Assert.Equal((Math.Log(1e-8), Math.Log(1e-8)), (rows[1][0], rows[2][0]));
    }

    [Fact]
    public void Anomaly_ShockedRows_HaveAllTheirBarsWithinAPiece()
    {
        var rows = Bars.Rows(Kept);
        var features = DailyFeatures.Compute([.. rows.Parts().Select(part => part.Bars())]);
        var shocked = Array.ConvertAll(ShockInjection.RowsFrom(features, 0), features.BarOf);

        Assert.Equal([.. Enumerable.Range(85, 215), .. Enumerable.Range(300 + 85, 5), .. Enumerable.Range(390 + 85, 115)], shocked);

        // Of no size: the windows of the features themselves, but for what these look back on beyond the window.
        var whole = DailyFeatures.Compute(TestSeries.Sp500);
        Assert.Equal(whole.Window(1500 + 85 - 1), ShockInjection.Window(rows.Bars(), 390 + 85, ShockKind.Price, 0));
    }

    [Fact]
    public void Embedding_Days_HaveTheirWindowWithinAPieceAndFollowEachOtherNotOverAGap()
    {
        var features = MarketFeatures.Compute([.. Bars.Rows(Kept).Parts().Select(part => part.Bars())]);
        var days = EmbeddedDays.Between(features, 0, features.Rows.Count, isByDay: false);

        Assert.Equal([.. Enumerable.Range(84, 216), .. Enumerable.Range(300 + 84, 6), .. Enumerable.Range(390 + 84, 116)], days.Bars);
        Assert.Equal([216, 222], Enumerable.Range(1, days.Count - 1).Where(day => !days.Follows(day)));
        var whole = MarketFeatures.Compute(TestSeries.Sp500);
        Assert.Equal(whole.Window(1500 + 84 - MarketFeatures.LookBack), days.Windows[222]);
    }

    [Fact]
    public void TemporalContinuity_StepOverAGap_IsNone()
    {
        double[][] values = [[0], [1], [101], [102]];
        Assert.Equal(1 - (1 / (((2 * 1) + 100 + (2 * 101) + 102) / 6.0)), ValidationMetrics.TemporalContinuity(values, row => row != 2), 1e-12);
        Assert.True(ValidationMetrics.TemporalContinuity(values) < 0.6);
        Assert.Throws<ArgumentException>(() => ValidationMetrics.TemporalContinuity(values, _ => false));
    }

    [Fact]
    public void Var_ReturnsAndWindows_AreThoseOfEachPiece()
    {
        var closes = CloseSeries.From(Bars.Rows(Kept));

        Assert.Equal(299 + 89 + 199, closes.Returns.Length);
        Assert.Equal([1, 301, 391], new[] { 0, 299, 388 }.Select(place => closes.Rows[place]));
        Assert.Equal(100 * Math.Log(TestSeries.Sp500.Close[1501] / TestSeries.Sp500.Close[1500]), closes.Returns[388], 1e-12);
        Assert.Equal(199 + 99, closes.From(0, 100).Length);
        Assert.Equal(388 + 100, closes.From(299, 100)[0]);
        Assert.Equal(388, closes.FirstFrom(391));

        // Filtered returns begin anew in each piece.
        var filtered = EwmaVariance.Standardise(closes.Returns, closes.Pieces, 0.94);
        Assert.Equal(EwmaVariance.Standardise(closes.Returns.AsSpan(388), 0.94).Standardised, filtered[388..]);
    }

    [Fact]
    public void Christoffersen_HitsOnBothSidesOfAGap_DoNotFollowEachOther()
    {
        bool[] hits = [.. Enumerable.Range(0, 200).Select(day => day is 99 or 100)];
        var whole = VarBacktest.Christoffersen(hits, 0.05);
        var parted = VarBacktest.Christoffersen(hits, [new RowRange(0, 100), new RowRange(100, 200)], 0.05);

        Assert.Equal((1, 0), (whole.Transitions[1][1], parted.Transitions[1][1]));
        Assert.Equal(198, parted.Transitions.Sum(row => row.Sum()));
        Assert.Equal(whole.Coverage, parted.Coverage);
    }

    [Fact]
    public void OrderFlow_Intervals_LieWithinAPieceAndNoneIsCut()
    {
        var minute = TimeSpan.FromMinutes(1);
        var quotes = HighFrequency.Quotes;
        var whole = quotes.Intervals(minute);

        // A gap from within the 20th interval to within the 30th.
        var (from, to) = (whole[20].From + 1, whole[30].From + 1);
        var table = HighFrequency.QuoteTable.Rows([new RowRange(0, from), new RowRange(to, HighFrequency.QuoteTable.Count)]);
        var parted = (quotes with
        {
            Times = table.Times!,
            Bid = table.Numbers("bid"),
            BidSize = table.Numbers("bid_size"),
            Ask = table.Numbers("ask"),
            AskSize = table.Numbers("ask_size"),
            Pieces = table.Pieces,
        }).Intervals(minute);

        int[] left = [.. Enumerable.Range(0, 20), .. Enumerable.Range(31, whole.Count - 31)];
        Assert.Equal(left.Select(i => (whole[i].Start, whole[i].Imbalance, whole[i].MiddleChange)), parted.Select(interval => (interval.Start, interval.Imbalance, interval.MiddleChange)));
    }

    [Fact]
    public void OrderFlow_NextCorrelation_LeavesOutPairsOverAGap()
    {
        double[] predicted = [1, 2, 3, 5, 4];
        double[] changes = [9, 1, 2, -50, 5];
        Assert.Equal(1, OrderFlowScore.Figures("", predicted, changes, i => i != 3)["next_correlation"], 1e-12);
        Assert.True(OrderFlowScore.Figures("", predicted, changes, _ => true)["next_correlation"] < 0.9);
    }
}
