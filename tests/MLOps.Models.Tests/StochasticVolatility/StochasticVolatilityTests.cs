using MLOps.Inference.Engine;
using MLOps.Inference.Sequences;
using MLOps.Inference.Tensors;
using MLOps.Models.Catalog;
using MLOps.Models.Classical.StochasticVolatility;
using MLOps.Models.Data;
using MLOps.Models.Onnx;
using MLOps.Testing;

namespace MLOps.Models.Tests.StochasticVolatility;

public sealed class StochasticVolatilityTests
{
    private static readonly IModelDefinition Model = new ModelCatalog().Find("stochastic-volatility")!;
    private static readonly TrainingData DemGbp = new(null, [DataColumn.Of("ret_pct", TestSeries.DemGbp)]);

    [Fact]
    public void Fit_DemGbp_AgreesWithReference()
    {
        var expected = TestSeries.Reference("stochastic-volatility-reference.json", "dem2gbp");

        var fit = Fit(TestSeries.DemGbp);
        var filtered = fit.Filter(TestSeries.DemGbp);

        AssertDigits(expected, "phi", fit.Phi, 6);
        AssertDigits(expected, "sigma2_eta", fit.Variance, 6);
        AssertDigits(expected, "mu", fit.Level, 6);
        AssertDigits(expected, "quasi_loglik", fit.LogLikelihood, 9);
        AssertDigits(expected, "h_filtered_last", filtered.Filtered[^1], 6);
        AssertDigits(expected, "h_pred_next", filtered.Expected[^1], 6);
        AssertDigits(expected, "P_pred_next", filtered.Uncertainty[^1], 6);
        AssertDigits(expected, "steady_gain", filtered.Uncertainty[^1] / (filtered.Uncertainty[^1] + LogSquares.VarianceOfNoise), 6);
    }

    [Theory]
    [InlineData(1e-3)]
    [InlineData(100)]
    public void Fit_AnotherUnit_MovesTheLevelAlone(double unit)
    {
        var expected = Fit(TestSeries.DemGbp);
        var actual = Fit([.. TestSeries.DemGbp.Select(y => y * unit)]);

        Assert.Equal(expected.Phi, actual.Phi, 1e-7);
        Assert.Equal(expected.Variance, actual.Variance, 1e-7);
        Assert.Equal(expected.Level + (2 * Math.Log(unit)), actual.Level, 1e-7);
        Assert.Equal(expected.LogLikelihood, actual.LogLikelihood, 1e-6);
    }

    [Fact]
    public void Fit_SimulatedVolatility_RecoversTheParameters()
    {
        var random = new Random(5);
        double Gaussian() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        double[] truth = [0.95, 0.06, -1];
        var h = truth[2];
        var series = new double[20_000];
        for (var t = 0; t < series.Length; t++)
        {
            series[t] = Math.Exp(h / 2) * Gaussian();
            h = truth[2] + (truth[0] * (h - truth[2])) + (Math.Sqrt(truth[1]) * Gaussian());
        }

        var fit = Fit(series);

        // The noise is not normal: the errors of the quasi-likelihood are somewhat too small.
        Assert.All(Enumerable.Range(0, 3), i => Assert.InRange(fit.Estimates[i], truth[i] - (5 * fit.Errors[i]), truth[i] + (5 * fit.Errors[i])));
    }

    /// <summary>Pairs of returns around a mean of exactly 0, and zeros on it, which have no logarithm.</summary>
    [Fact]
    public void Train_ReturnsThatAreTheMean_ArePredictedThrough()
    {
        double[] series = [.. TestSeries.DemGbp[..400].SelectMany(y => (double[])[y, 0, -y, 0])];
        var data = new TrainingData(null, [DataColumn.Of("r", series)]);

        var trained = Model.Train(Request(data, new() { ["column"] = "r", ["values"] = "returns" }), new RecordingObserver(), TestContext.Current.CancellationToken);

        using var batch = new OnnxRunner(File(trained, "batch.onnx"));
        var results = batch.Run<double>([("y", [1, 0, -1, 0], [4])], ["log_h", "variance"]);
        Assert.All([.. results[0], .. results[1]], value => Assert.True(double.IsFinite(value)));
        Assert.All(results[1], variance => Assert.True(variance > 0));
    }

    [Fact]
    public void Serve_AsASequence_GoesOnWhereTheFitEnded()
    {
        var trained = Train(new() { ["offset"] = "0.02" });
        double[] later = [0.5, -2, 0.1];
        using var batch = new OnnxRunner(File(trained, "batch.onnx"));
        double[] all = [.. TestSeries.DemGbp, .. later];
        var expected = batch.Run<double>([("y", all, [all.Length])], ["log_h"])[0][^3..];

        using var engine = new InferenceEngine();
        engine.Load("sv", File(trained, "model.onnx"), new SessionSettings());
        for (var day = 0; day < later.Length; day++)
        {
            using var step = engine.Infer("sv", [Tensor.Of<double>("y", [later[day]], 1, 1)], ["log_h"], new SequenceStep("index", Start: day == 0));
            Assert.Equal(expected[day], Assert.Single(step.Outputs).Values<double>()[0], 1e-10);
        }
    }

    [Fact]
    public void Batch_FutureChanges_LeavesThePastAsItWas()
    {
        using var batch = new OnnxRunner(File(Train([]), "batch.onnx"));
        double[] changed = [.. TestSeries.DemGbp[..500], .. TestSeries.DemGbp[500..].Select(y => 9 * y)];
        double[] Run(double[] y) => batch.Run<double>([("y", y, [y.Length])], ["log_h"])[0];
        Assert.Equal(Run(TestSeries.DemGbp)[..500], Run(changed)[..500]);
    }

    [Fact]
    public void Evaluate_RowsThatTheFitHasNotSeen_ScoresAsTraining()
    {
        var trained = Train(new() { ["validation_fraction"] = "0.25" });
        var days = (int)trained.Metrics["val_days"];
        var scores = Model.Evaluate(trained, DemGbp, DemGbp.Count - days, DemGbp.Count, TestContext.Current.CancellationToken);
        Assert.All(scores, score => Assert.Equal(trained.Metrics[$"val_{score.Key}"], score.Value, 1e-9));
        Assert.True(trained.Metrics["loglik"] > trained.Metrics["loglik_constant_variance"] + 50);
    }

    [Fact]
    public void Train_WithTrainEnd_NeverLooksBeyondIt()
    {
        var end = new DateOnly(2006, 12, 31);
        var bars = TestSeries.Sp500;
        var changed = bars with { Close = [.. bars.Close.Select((close, i) => bars.Dates[i] > end ? -1 : close)] };
        byte[] Model(OhlcvSeries data) => File(
            StochasticVolatilityTests.Model.Train(new TrainingRequest(data, end, new Dictionary<string, string>()), new RecordingObserver(), TestContext.Current.CancellationToken), "model.onnx");
        Assert.Equal(Model(bars), Model(changed));
    }

    [Fact]
    public void Fit_ConstantSeries_IsRefused()
    {
        var exception = Assert.Throws<ModelTrainingException>(() => Fit([.. Enumerable.Repeat(0.3, 500)]));
        Assert.Contains("of 500 returns differ", exception.Message, StringComparison.Ordinal);
    }

    private static StochasticVolatilityFit Fit(double[] series) => StochasticVolatilityFitter.Fit(series, 0, (_, _, _) => { });

    private static TrainedModel Train(Dictionary<string, string> parameters) =>
        Model.Train(Request(DemGbp, new(parameters) { ["column"] = "ret_pct", ["values"] = "returns" }), new RecordingObserver(), TestContext.Current.CancellationToken);

    private static TrainingRequest Request(TrainingData data, Dictionary<string, string> parameters) => new(data, null, parameters);

    private static byte[] File(TrainedModel model, string path) => model.Files.Single(file => file.Path == path).Content;

    private static void AssertDigits(System.Text.Json.JsonElement expected, string name, double actual, double digits)
    {
        var reference = expected.GetProperty(name).GetDouble();
        Assert.True(Lre.Of(actual, reference) >= digits, $"{name} is {actual:R} instead of {reference:R}.");
    }
}
