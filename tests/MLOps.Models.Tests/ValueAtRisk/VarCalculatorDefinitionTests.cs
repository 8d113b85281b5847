using System.Text.Json;
using MLOps.Models.Catalog;
using MLOps.Models.Classical.ValueAtRisk;
using MLOps.Models.Data;
using MLOps.Models.Features;
using MLOps.Models.Onnx;

namespace MLOps.Models.Tests.ValueAtRisk;

public sealed class VarCalculatorDefinitionTests
{
    private static readonly IModelDefinition Calculator = new ModelCatalog().Find("var-calculator")!;

    [Theory]
    [InlineData("filtered-historical")]
    [InlineData("ewma-normal")]
    [InlineData("ewma-student-t")]
    [InlineData("historical")]
    public void Train_EveryMethod_ServesWhatItsParametersSay(string method)
    {
        var trained = Train(TestSeries.Sp500, null, new() { ["method"] = method, ["window"] = "250", ["levels"] = "0.99,0.95,0.975" });
        var model = JsonContent.Read<VarFile>(trained.File("parameters.json")).Model;
        var returns = LogReturns.Percent(TestSeries.Sp500.Close);

        using var runner = new OnnxRunner(trained.File("model.onnx"));
        var served = runner.Run<double>([("returns", [.. returns[..250], .. returns[1000..1250]], [2, 250])], ["var"])[0];

        OnnxParity.Check("var", [.. model.Of(returns.AsSpan(0, 250)), .. model.Of(returns.AsSpan(1000, 250))], served, 1e-10);
        Assert.Equal([0.95, 0.975, 0.99], model.Levels);
        Assert.Equal(249, Assert.Single(trained.Monitored!.Features).Index);
        Assert.Equal(returns.Length - 250, trained.Metrics["train_days"]);
        Assert.Contains("train_tick_loss_97.5_riskmetrics", trained.Metrics.Keys);
        using var parameters = JsonDocument.Parse(trained.File("parameters.json"));
        Assert.Equal(method, parameters.RootElement.GetProperty("method").GetString());
    }

    /// <summary>Over twenty years with two crashes the filtered simulation holds its promise at 95 %, the plain one does not notice storms.</summary>
    [Fact]
    public void Evaluate_Sp500_ScoresBetterThanPlainHistoricalSimulation()
    {
        var trained = Train(TestSeries.Sp500, new DateOnly(2006, 12, 29), new() { ["decay"] = "0" });
        var from = TestSeries.Sp500.Dates.TakeWhile(date => date.Year < 2007).Count();

        var scores = Calculator.Evaluate(trained, TestSeries.Sp500, from, TestSeries.Sp500.Count, TestContext.Current.CancellationToken);

        Assert.Equal(TestSeries.Sp500.Count - from, scores["days"]);
        Assert.True(scores["tick_loss_99"] < scores["tick_loss_99_historical"]);
        Assert.InRange(scores["exceptions_95"], 0.04, 0.06);
        Assert.InRange(trained.Metrics["decay"], 0.8, 0.999);
    }

    /// <summary>Scoring a day alone gives what scoring it among others gave: later rows change nothing.</summary>
    [Fact]
    public void Evaluate_LaterRowsChanged_ScoresEarlierOnesAlike()
    {
        var trained = Train(TestSeries.Sp500, new DateOnly(2006, 12, 29), []);
        var bars = TestSeries.Sp500;
        var changed = bars with { Close = [.. bars.Close.Select((close, i) => i < 2500 ? close : 3 * close)] };
        Assert.Equal(
            Calculator.Evaluate(trained, bars, 2400, 2500, TestContext.Current.CancellationToken),
            Calculator.Evaluate(trained, changed, 2400, 2500, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Train_WithTrainEnd_NeverLooksBeyondIt()
    {
        var end = new DateOnly(2010, 12, 31);
        var bars = TestSeries.Sp500;
        var changed = bars with { Close = [.. bars.Close.Select((close, i) => bars.Dates[i] > end ? double.NaN : close)] };
        Dictionary<string, string> settings = new() { ["method"] = "ewma-student-t", ["decay"] = "0" };
        Assert.Equal(Train(bars, end, settings).File("parameters.json"), Train(changed, end, settings).File("parameters.json"));
    }

    [Theory]
    [InlineData("levels", "0.99,1.5", "'levels' is '0.99,1.5'")]
    [InlineData("levels", "", "'levels' is ''")]
    [InlineData("levels", "0.99,0.99", "different")]
    [InlineData("window", "10", "'window' is '10'")]
    [InlineData("decay", "1", "'decay' is '1'")]
    public void Train_BadHyperParameter_IsNamed(string name, string value, string message) =>
        Assert.Contains(message, Assert.Throws<ModelTrainingException>(() => Train(TestSeries.Sp500, null, new() { [name] = value })).Message, StringComparison.Ordinal);

    [Fact]
    public void Train_BadRow_IsNamed()
    {
        var bars = TestSeries.Sp500 with { Close = [.. TestSeries.Sp500.Close.Select((close, i) => i == 3 ? -1 : close)] };
        Assert.Contains("Row 3 (2000-01-06), column 'close' is -1", Assert.Throws<ModelTrainingException>(() => Train(bars, null, [])).Message, StringComparison.Ordinal);
        Assert.Contains("no column 'close'", Assert.Throws<ModelTrainingException>(() => Train(TestSeries.Dow30, null, [])).Message, StringComparison.Ordinal);
    }

    private static TrainedModel Train(TrainingData data, DateOnly? end, Dictionary<string, string> parameters) =>
        Calculator.Train(new TrainingRequest(data, end, parameters), new RecordingObserver(), TestContext.Current.CancellationToken);
}
