using MLOps.Models.Catalog;
using MLOps.Models.Data;
using MLOps.Models.Features.Technical;
using MLOps.Models.Onnx;

namespace MLOps.Models.Tests.Technical;

public sealed class TechnicalFeatureDefinitionTests
{
    private static readonly DateOnly TrainEnd = new(2008, 12, 31);
    private static readonly IModelDefinition Definition = new ModelCatalog().Find("technical-features")!;

    [Fact]
    public void Train_TalibsBars_ServesTalibsValues()
    {
        var trained = Train(TechnicalReference.Bars, null);
        using var runner = new OnnxRunner(Model(trained));
        var raw = Run(runner, TechnicalReference.Bars, "raw");

        // Features that are TA-Lib's own outputs, or a plain quotient of them.
        var talib = TechnicalReference.Computed;
        var close = TechnicalReference.Bars.Close;
        var expected = new Dictionary<string, Func<int, double>>
        {
            ["rsi_14"] = t => talib["RSI14"][0][t],
            ["macd_histogram_12_26_9"] = t => 100 * talib["MACD12_26_9"][2][t] / close[t],
            ["tema_20_distance"] = t => 100 * ((close[t] / talib["TEMA20"][0][t]) - 1),
            ["natr_14"] = t => talib["NATR14"][0][t],
            ["adx_14"] = t => talib["ADX14"][0][t],
            ["cci_20"] = t => talib["CCI20"][0][t],
            ["stochastic_d_14_3_3"] = t => talib["STOCH14_3_3"][1][t],
            ["williams_r_14"] = t => talib["WILLR14"][0][t],
            ["aroon_down_20"] = t => talib["AROON20_down_up"][0][t],
            ["ultimate_7_14_28"] = t => talib["ULTOSC7_14_28"][0][t],
            ["mfi_14"] = t => talib["MFI14"][0][t],
            ["trix_20"] = t => talib["TRIX20"][0][t],
            ["correlation_high_low_30"] = t => talib["CORREL30_HL"][0][t],
        };
        foreach (var (name, value) in expected)
        {
            var column = TechnicalFeatures.All.Index().Single(item => item.Item.Name == name).Index;
            Assert.All(Enumerable.Range(TechnicalFeatures.Lookback, close.Length - TechnicalFeatures.Lookback), t => Assert.Equal(value(t), raw[t][column], 1e-9));
        }
    }

    [Fact]
    public void Train_Sp500_ExportsAGraphThatIsCausalAndSaysWhenItIsReady()
    {
        var trained = Train(TestSeries.Sp500, TrainEnd);
        using var runner = new OnnxRunner(Model(trained));
        var (whole, part) = (Head(TestSeries.Sp500, 400), Head(TestSeries.Sp500, 300));

        var features = Run(runner, whole, "features");
        Assert.Equal(Run(runner, part, "features").SelectMany(row => row), features.Take(300).SelectMany(row => row));
        Assert.Equal(whole.Dates.Select((_, t) => t >= TechnicalFeatures.Lookback ? 1.0 : 0.0), runner.Run<double>([("bars", Flat(whole), [400, 5])], ["ready"])[0]);
        Assert.All(features, row => Assert.All(row, value => Assert.InRange(value, -8, 8)));
        Assert.InRange(trained.Metrics["onnx_max_difference"], 0, 1e-10);
    }

    [Fact]
    public void Serve_OneBar_GivesWhatOneBarTells()
    {
        using var runner = new OnnxRunner(Model(Train(TestSeries.Sp500, TrainEnd)));
        var bar = Head(TestSeries.Sp500, 1);
        var raw = Assert.Single(Run(runner, bar, "raw"));
        Assert.Equal((bar.Close[0] - bar.Open[0]) / (bar.High[0] - bar.Low[0]), raw[28], 1e-12);
        Assert.Equal(29, raw.Count(value => value == 0));
    }

    [Fact]
    public void Train_Bars_ScaledFeaturesHaveMeanZeroAndDeviationOneOnTheTrainingRows()
    {
        var trained = Definition.Train(new TrainingRequest(TestSeries.Sp500, TrainEnd, new Dictionary<string, string> { ["clip"] = "0" }), new RecordingObserver(), TestContext.Current.CancellationToken);
        using var runner = new OnnxRunner(Model(trained));
        var days = TestSeries.Sp500.Dates.Count(date => date <= TrainEnd);
        var rows = Run(runner, Head(TestSeries.Sp500, days), "features").Skip(TechnicalFeatures.Lookback).ToArray();
        for (var f = 0; f < TechnicalFeatures.All.Count; f++)
        {
            Assert.Equal(0, rows.Average(row => row[f]), 1e-4);
            Assert.Equal(1, rows.Average(row => row[f] * row[f]), 1e-4);
        }
    }

    [Fact]
    public void Train_LaterRowsChange_GivesTheSameFiles()
    {
        var data = TestSeries.Sp500;
        var changed = data with { Close = [.. data.Close.Select((close, i) => data.Dates[i] > TrainEnd ? double.NaN : close)] };
        Assert.Equal(Train(data, TrainEnd).Files.SelectMany(file => file.Content), Train(changed, TrainEnd).Files.SelectMany(file => file.Content));
    }

    [Fact]
    public void Evaluate_LaterRows_ShiftLessThanTheBarsThemselves()
    {
        var from = TestSeries.Sp500.Dates.Count(date => date <= TrainEnd);
        var scores = Definition.Evaluate(Train(TestSeries.Sp500, TrainEnd), TestSeries.Sp500, from, from + 500, TestContext.Current.CancellationToken);
        Assert.Equal(500, scores["rows"]);
        Assert.True(scores["mean_shift"] < scores["baseline_bars_mean_shift"], $"{scores["mean_shift"]} against {scores["baseline_bars_mean_shift"]}");
        Assert.Throws<ModelTrainingException>(() => Definition.Evaluate(Train(TestSeries.Sp500, TrainEnd), TestSeries.Sp500, 0, 58, TestContext.Current.CancellationToken));
    }

    /// <summary>Holidays without trade, a price that stands still and a day without range end in no division by zero.</summary>
    [Fact]
    public void Train_BarsThatStandStill_AgreesWithTheTrainerAndIsFinite()
    {
        var closes = TestSeries.Sp500.Close[..400];
        Array.Fill(closes, closes[100], 100, 60);
        var bars = TestSeries.FromCloses(closes);
        Array.Fill(bars.Volume, 0, 90, 80);
        var trained = Train(bars, null);
        using var runner = new OnnxRunner(Model(trained));
        Assert.All(Run(runner, bars, "raw"), row => Assert.All(row, value => Assert.True(double.IsFinite(value))));
    }

    [Fact]
    public void Train_OtherUnitsOfPriceAndVolume_GivesTheSameFeatures()
    {
        var bars = Head(TestSeries.Sp500, 300);
        var scaled = bars with
        {
            Open = [.. bars.Open.Select(price => price / 1024)],
            High = [.. bars.High.Select(price => price / 1024)],
            Low = [.. bars.Low.Select(price => price / 1024)],
            Close = [.. bars.Close.Select(price => price / 1024)],
            Volume = [.. bars.Volume.Select(volume => volume / (1L << 50))],
        };
        Assert.All(TechnicalFeatures.Compute(bars).Rows.Zip(TechnicalFeatures.Compute(scaled).Rows), pair =>
            Assert.All(pair.First.Zip(pair.Second), values => Assert.Equal(values.First, values.Second, 1e-9)));
    }

    private static TrainedModel Train(OhlcvSeries bars, DateOnly? end) =>
        Definition.Train(new TrainingRequest(bars, end, new Dictionary<string, string>()), new RecordingObserver(), TestContext.Current.CancellationToken);

    private static byte[] Model(TrainedModel model) => model.Files.Single(file => file.Path == "model.onnx").Content;

    private static OhlcvSeries Head(OhlcvSeries bars, int count) => TrainingData.FromBars(bars).Rows(0, count).Bars();

    private static double[] Flat(OhlcvSeries bars) =>
        [.. Enumerable.Range(0, bars.Count).SelectMany(t => new[] { bars.Open[t], bars.High[t], bars.Low[t], bars.Close[t], bars.Volume[t] })];

    private static double[][] Run(OnnxRunner runner, OhlcvSeries bars, string output) =>
        [.. runner.Run<double>([("bars", Flat(bars), [bars.Count, 5])], [output])[0].Chunk(TechnicalFeatures.All.Count)];
}
