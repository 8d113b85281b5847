using System.Text.Json;
using MLOps.Inference.Engine;
using MLOps.Inference.Sequences;
using MLOps.Inference.Tensors;
using MLOps.Models.Catalog;
using MLOps.Models.Onnx;

namespace MLOps.Models.Tests.Garch;

public sealed class GarchDefinitionTests
{
    private static readonly IModelDefinition Garch = new ModelCatalog().Find("garch")!;

    [Theory]
    [InlineData("normal")]
    [InlineData("student-t")]
    public void Train_Sp500_ExportsStepAndBatchThatAgreeWithParameters(string innovations)
    {
        var trained = Train(new() { ["innovations"] = innovations });

        using var parameters = JsonDocument.Parse(File(trained, "parameters.json"));
        var root = parameters.RootElement;
        using var step = new OnnxRunner(File(trained, "model.onnx"));
        var outputs = step.Run<double>([("y", [-3.0, 1.5], [2, 1]), ("h", [1.0, 2.0], [2, 1])], ["h_next", "volatility_next", "z"]);
        var theta = root.GetProperty("parameters").EnumerateArray().Select(item => item.GetProperty("estimate").GetDouble()).ToArray();
        Assert.Equal(theta[1] + (theta[2] * Math.Pow(-3 - theta[0], 2)) + theta[3], outputs[0][0], 1e-12);
        Assert.Equal(Math.Sqrt(outputs[0][1]), outputs[1][1], 1e-12);
        Assert.Equal((1.5 - theta[0]) / Math.Sqrt(2), outputs[2][1], 1e-12);

        using var batch = new OnnxRunner(File(trained, "batch.onnx"));
        var history = trained.Monitored!.Rows.Select(row => row[0]).ToArray();
        var variances = batch.Run<double>([("y", history, [history.Length])], ["h", "h_next"]);
        Assert.Equal(root.GetProperty("h_first").GetDouble(), variances[0][0], 1e-12);
        Assert.Equal(root.GetProperty("h_next").GetDouble(), variances[1][0], 1e-10);
    }

    [Fact]
    public void Serve_AsASequence_GoesOnWhereTheFitEnded()
    {
        var trained = Train([]);
        using var parameters = JsonDocument.Parse(File(trained, "parameters.json"));
        var theta = parameters.RootElement.GetProperty("parameters").EnumerateArray().Select(item => item.GetProperty("estimate").GetDouble()).ToArray();
        var h = parameters.RootElement.GetProperty("h_next").GetDouble();

        using var engine = new InferenceEngine();
        engine.Load("garch", File(trained, "model.onnx"), new SessionSettings());
        foreach (var y in new[] { -3.0, 1.5, 0.2 })
        {
            using var day = engine.Infer("garch", [Tensor.Of<double>("y", [y], 1, 1)], ["z"], new SequenceStep("index", Start: y == -3.0));
            Assert.Equal((y - theta[0]) / Math.Sqrt(h), Assert.Single(day.Outputs).Values<double>()[0], 1e-12);
            h = theta[1] + (theta[2] * Math.Pow(y - theta[0], 2)) + (theta[3] * h);
        }
    }

    [Fact]
    public void Train_WithTrainEnd_NeverLooksBeyondIt()
    {
        var end = new DateOnly(2016, 12, 31);
        var data = TestSeries.Sp500;
        var changed = data with { Close = [.. data.Close.Select((close, i) => data.Dates[i] > end ? double.NaN : close)] };

        var expected = Garch.Train(new TrainingRequest(data, end, new Dictionary<string, string>()), new RecordingObserver(), TestContext.Current.CancellationToken);
        var actual = Garch.Train(new TrainingRequest(changed, end, new Dictionary<string, string>()), new RecordingObserver(), TestContext.Current.CancellationToken);

        Assert.Equal(File(expected, "model.onnx"), File(actual, "model.onnx"));
        Assert.Equal(new DateOnly(2016, 12, 30), actual.Monitored!.Dates[^1]);
    }

    [Fact]
    public void Train_DefaultRun_ReportsIterationsMetricsMonitoringAndMetadata()
    {
        var observer = new RecordingObserver();
        var trained = Garch.Train(Request([]), observer, TestContext.Current.CancellationToken);

        Assert.Equal(Enumerable.Range(1, observer.Epochs.Count).Select(step => (long)step), observer.Epochs.Select(epoch => epoch.Step));
        Assert.Equal(trained.Metrics["loglik"], observer.Epochs[^1].Metrics["loglik"], 1e-6);
        Assert.True(observer.Epochs[^1].Metrics["gradient_norm"] < 1e-6 * observer.Epochs[0].Metrics["gradient_norm"]);
        Assert.Equal(1, observer.Progress[^1].Fraction);
        Assert.True(trained.Metrics["loglik"] > trained.Metrics["loglik_constant_variance"] + 500);
        Assert.InRange(trained.Metrics["persistence"], 0.9, 1);
        Assert.Equal((2 * 4) - (2 * trained.Metrics["loglik"]), trained.Metrics["aic"], 1e-9);
        Assert.Equal(new MonitoredFeature("return_percent", "y", 0), Assert.Single(trained.Monitored!.Features));
        Assert.Equal(trained.Monitored.Dates.Count, trained.Monitored.Rows.Count);
        Assert.Equal("normal", trained.Parameters["innovations"]);
        using var runner = new OnnxRunner(File(trained, "model.onnx"));
        Assert.Equal("garch", runner.Metadata["model_type"]);
        Assert.Equal("return_percent", runner.Metadata["feature_names"]);
        Assert.Equal(trained.Tags["training_end"], runner.Metadata["training_end"]);
    }

    [Fact]
    public void Train_WithValidation_ReportsQlikeBesideBaselinesAndBeatsTheConstant()
    {
        var trained = Train(new() { ["validation_fraction"] = "0.2" });

        Assert.True(trained.Metrics["val_qlike"] < trained.Metrics["val_qlike_constant"]);
        Assert.Contains("val_qlike_ewma", trained.Metrics.Keys);
        Assert.Equal(Math.Floor(0.2 * (TestSeries.Sp500.Count - 1)), trained.Metrics["val_days"]);
    }

    /// <summary>The exported graph scores later rows as the trainer scored them.</summary>
    [Fact]
    public void Evaluate_RowsThatTheFitHasNotSeen_ScoresAsTraining()
    {
        var trained = Train(new() { ["validation_fraction"] = "0.2" });
        var rows = TestSeries.Sp500.Count;

        var scores = Garch.Evaluate(trained, TestSeries.Sp500, rows - (int)trained.Metrics["val_days"], rows, TestContext.Current.CancellationToken);

        Assert.All(scores, score => Assert.Equal(trained.Metrics[$"val_{score.Key}"], score.Value, 1e-9));
        Assert.Equal(4, scores.Count);
    }

    [Fact]
    public void Evaluate_NothingBefore_IsRefused()
    {
        var exception = Assert.Throws<ModelTrainingException>(() => Garch.Evaluate(Train([]), TestSeries.Sp500, 0, 2, TestContext.Current.CancellationToken));
        Assert.Contains("cannot be scored", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Train_Cancelled_Stops()
    {
        using var cancellation = new CancellationTokenSource();
        var observer = new RecordingObserver(step => cancellation.Cancel());
        Assert.Throws<OperationCanceledException>(() => Garch.Train(Request([]), observer, cancellation.Token));
        Assert.Single(observer.Epochs);
    }

    private static TrainedModel Train(Dictionary<string, string> parameters) => Garch.Train(Request(parameters), new RecordingObserver(), TestContext.Current.CancellationToken);

    private static TrainingRequest Request(Dictionary<string, string> parameters) => new(TestSeries.Sp500, null, parameters);

    private static byte[] File(TrainedModel model, string path) => model.Files.Single(file => file.Path == path).Content;
}
