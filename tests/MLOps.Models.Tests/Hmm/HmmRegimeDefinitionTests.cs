using MLOps.Inference.Engine;
using MLOps.Inference.Sequences;
using MLOps.Inference.Tensors;
using MLOps.Models.Catalog;
using MLOps.Models.Classical.Hmm;
using MLOps.Models.Data;
using MLOps.Models.Features;
using MLOps.Models.Onnx;

namespace MLOps.Models.Tests.Hmm;

public sealed class HmmRegimeDefinitionTests
{
    private static readonly IModelDefinition Model = new ModelCatalog().Find("hmm-regime-detector")!;
    private static readonly double[] Returns = LogReturns.Percent(TestSeries.Sp500.Close);
    private static readonly TrainingData Short = new(null, [DataColumn.Of("r", Returns[..1500])]);

    [Fact]
    public void Train_Sp500AsItComes_ReachesTheReference()
    {
        var observer = new RecordingObserver();
        var trained = Model.Train(new TrainingRequest(TestSeries.Sp500, null, new Dictionary<string, string>()), observer, TestContext.Current.CancellationToken);

        Assert.True(trained.Metrics["loglik"] >= -6953.3899 - 5e-5, $"Log-likelihood {trained.Metrics["loglik"]:F6}.");
        Assert.True(trained.Metrics["loglik"] > trained.Metrics["loglik_normal"] + 1000);
        Assert.Equal(Enumerable.Range(1, 21).Select(start => (long)start), observer.Epochs.Select(epoch => epoch.Step));
        Assert.Equal([-1, 3], trained.Signature.Outputs.Single(output => output.Name == "p").Shape);
        Assert.Equal(Returns.Length, trained.Monitored!.Rows.Count);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void Batch_AnyValues_GivesProbabilitiesAsTheTrainerDoes(int states)
    {
        var trained = Train(new() { ["states"] = $"{states}", ["starts"] = "2" });
        double[] y = [0.1, 500, -1e6, 0.2, 0, 0];

        using var batch = new OnnxRunner(File(trained, "batch.onnx"));
        var results = batch.Run<double>([("y", y, [y.Length])], ["p", "loglik"]);

        var forward = HmmFileContent.Read(File(trained, "parameters.json")).Forward(y);
        Assert.All(results[0].Chunk(states), row => Assert.Equal(1, row.Sum(), 1e-12));
        Assert.All(results[0].Zip(forward.Filtered), pair => Assert.Equal(pair.Second, pair.First, 1e-9));
        Assert.Equal(1, results[1][0] / forward.LogLikelihood, 1e-9);
    }

    [Fact]
    public void Batch_FutureChanges_LeavesThePastAsItWas()
    {
        using var batch = new OnnxRunner(File(Train([]), "batch.onnx"));
        double[] changed = [.. Returns[..900], .. Returns[900..1500].Select(y => 5 - y)];
        double[] Run(double[] y) => batch.Run<double>([("y", y, [y.Length])], ["p"])[0];
        Assert.Equal(Run(Returns[..1500])[..2700], Run(changed)[..2700]);
    }

    [Fact]
    public void Serve_AsASequence_GoesOnWhereTheFitEnded()
    {
        var trained = Train([]);
        double[] later = Returns[1500..1504];
        using var batch = new OnnxRunner(File(trained, "batch.onnx"));
        var expected = batch.Run<double>([("y", Returns[..1504], [1504])], ["p"])[0][^12..];

        using var engine = new InferenceEngine();
        engine.Load("hmm", File(trained, "model.onnx"), new SessionSettings());
        for (var day = 0; day < later.Length; day++)
        {
            using var step = engine.Infer("hmm", [Tensor.Of<double>("y", [later[day]], 1, 1)], ["p"], new SequenceStep("index", Start: day == 0));
            var p = Assert.Single(step.Outputs).Values<double>().ToArray();
            Assert.All(expected.AsSpan(3 * day, 3).ToArray().Zip(p), pair => Assert.Equal(pair.First, pair.Second, 1e-10));
        }
    }

    /// <summary>26 rows of the DAX have a return of exactly 0.</summary>
    [Fact]
    public void Train_ZeroReturnsOfHolidays_NoRegimeIsMadeOfThem()
    {
        var trained = Model.Train(
            new TrainingRequest(new TrainingData(null, [DataColumn.Of("dax", TestSeries.Dax)]), null, new Dictionary<string, string> { ["column"] = "dax", ["values"] = "returns", ["states"] = "4" }),
            new RecordingObserver(),
            TestContext.Current.CancellationToken);
        Assert.All(HmmFileContent.Read(File(trained, "parameters.json")).Variances, variance => Assert.True(variance > 0.05));
    }

    [Fact]
    public void Evaluate_RowsThatTheFitHasNotSeen_ScoresAsTraining()
    {
        var trained = Train(new() { ["validation_fraction"] = "0.2" });
        var scores = Model.Evaluate(trained, Short, 1200, 1500, TestContext.Current.CancellationToken);
        Assert.Equal(300, scores["days"]);
        Assert.All(scores, score => Assert.Equal(trained.Metrics[$"val_{score.Key}"], score.Value, 1e-9));
    }

    [Fact]
    public void Train_LaterRowsChangeOrSeedIsTheSame_GivesTheSameModel()
    {
        var end = new DateOnly(2003, 12, 31);
        var bars = TestSeries.Sp500;
        var changed = bars with { Close = [.. bars.Close.Select((close, i) => bars.Dates[i] > end ? double.NaN : close)] };
        byte[] Model(OhlcvSeries data) => File(
            HmmRegimeDefinitionTests.Model.Train(new TrainingRequest(data, end, new Dictionary<string, string> { ["starts"] = "3" }), new RecordingObserver(), TestContext.Current.CancellationToken),
            "model.onnx");
        Assert.Equal(Model(bars), Model(changed));
    }

    private static TrainedModel Train(Dictionary<string, string> parameters) => Model.Train(
        new TrainingRequest(Short, null, new Dictionary<string, string>(parameters) { ["column"] = "r", ["values"] = "returns" }), new RecordingObserver(), TestContext.Current.CancellationToken);

    private static byte[] File(TrainedModel model, string path) => model.Files.Single(file => file.Path == path).Content;
}
