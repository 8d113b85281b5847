using MLOps.Inference.Engine;
using MLOps.Inference.Sequences;
using MLOps.Inference.Tensors;
using MLOps.Models.Catalog;
using MLOps.Models.Classical.MetaController;
using MLOps.Models.Data;
using MLOps.Models.Onnx;

namespace MLOps.Models.Tests.MetaController;

public sealed class MetaControllerDefinitionTests
{
    private static readonly IModelDefinition Definition = new ModelCatalog().Find("meta-controller")!;

    [Fact]
    public void Train_Dow30_RegretIsWithinTheBoundAndBatchAgreesWithSteps()
    {
        var observer = new RecordingObserver();
        var trained = Definition.Train(new TrainingRequest(TestSeries.Dow30, null, new Dictionary<string, string>()), observer, TestContext.Current.CancellationToken);

        Assert.True(trained.Metrics["regret"] <= trained.Metrics["regret_bound"]);
        Assert.Equal(Math.Sqrt(8 * Math.Log(30) / 2528), trained.Metrics["learning_rate"], 1e-12);
        Assert.True(observer.Epochs.Count >= 50);
        Assert.Equal(30, trained.Monitored!.Features.Count);
        Assert.True(trained.Metrics["onnx_max_difference"] <= 1e-10);
    }

    /// <summary>A server that keeps the weights does what the class does.</summary>
    [Fact]
    public void Serve_AsASequence_StartsFromEqualWeights()
    {
        var trained = Train(Losses([[0.2, 0.9, 0.4], [1, 0, 0.3]], 40), new() { ["kind"] = "losses", ["loss_range"] = "1", ["share"] = "0.01", ["learning_rate"] = "0.7" });
        using var engine = new InferenceEngine();
        engine.Load("meta", trained.File("model.onnx"), new SessionSettings());
        var hedge = new Hedge(3, 0.7, 0.01);
        foreach (double[] losses in new double[][] { [0.1, 0.5, 1], [0, 0.2, 0.2], [0.9, 0, 1] })
        {
            using var round = engine.Infer("meta", [Tensor.Of<double>("losses", losses, 1, 3)], ["w_next", "loss"], new SequenceStep("s", Start: losses[0] == 0.1));
            Assert.Equal(hedge.Update(losses), round.Outputs.Single(output => output.Name == "loss").Values<double>()[0], 1e-12);
            OnnxParity.Check("w_next", [.. hedge.Weights], round.Outputs.Single(output => output.Name == "w_next").Values<double>(), 1e-12);
        }
    }

    /// <summary>One expert that loses less in every round gets nearly all the weight, in training and after it.</summary>
    [Fact]
    public void Evaluate_OneExpertIsBetter_IsFound()
    {
        var data = Losses([[0.9, 0.1, 0.8], [0.7, 0.2, 0.9]], 600);
        var trained = Train(data.Rows(0, 300), new() { ["kind"] = "losses" });
        var scores = Definition.Evaluate(trained, data, 300, 600, TestContext.Current.CancellationToken);
        Assert.Equal(300, scores["rounds"]);
        Assert.True(scores["loss"] < scores["loss_equal_weight"] / 2);
        Assert.Equal(1, JsonContent.Read<MetaControllerFile>(trained.File("parameters.json")).BestOfTraining);
    }

    [Fact]
    public void Evaluate_LaterRowsChanged_ScoresEarlierOnesAlike()
    {
        var trained = Train(TestSeries.Dow30.Rows(0, 1500), []);
        Assert.Equal(
            Definition.Evaluate(trained, TestSeries.Dow30, 1500, 1800, TestContext.Current.CancellationToken),
            Definition.Evaluate(trained, TestSeries.Dow30.ChangedFrom(1800), 1500, 1800, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Train_WithTrainEnd_NeverLooksBeyondIt()
    {
        var end = new DateOnly(1996, 12, 31);
        var later = TestSeries.Dow30.Times!.TakeWhile(time => DateOnly.FromDateTime(time) <= end).Count();
        Assert.Equal(Train(TestSeries.Dow30, [], end).File("model.onnx"), Train(TestSeries.Dow30.ChangedFrom(later), [], end).File("model.onnx"));
    }

    [Fact]
    public void Train_BadLosses_AreNamed()
    {
        var bad = Losses([[0.1, 0.2, double.NaN]], 40);
        Assert.Contains("Row 0, column 'c'", Assert.Throws<ModelTrainingException>(() => Train(bad, new() { ["kind"] = "losses" })).Message, StringComparison.Ordinal);
        Assert.Contains("Every loss is 0", Assert.Throws<ModelTrainingException>(() => Train(Losses([[0, 0, 0]], 40), new() { ["kind"] = "losses" })).Message, StringComparison.Ordinal);
        Assert.Contains("'share' is '1'", Assert.Throws<ModelTrainingException>(() => Train(TestSeries.Dow30, new() { ["share"] = "1" })).Message, StringComparison.Ordinal);
    }

    private static TrainingData Losses(double[][] pattern, int rows) => new(
        null,
        [.. new[] { "a", "b", "c" }.Select((name, i) => DataColumn.Of(name, [.. Enumerable.Range(0, rows).Select(row => pattern[row % pattern.Length][i])]))]);

    private static TrainedModel Train(TrainingData data, Dictionary<string, string> parameters, DateOnly? end = null) =>
        Definition.Train(new TrainingRequest(data, end, parameters), new RecordingObserver(), TestContext.Current.CancellationToken);
}
