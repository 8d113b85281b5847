using MathNet.Numerics;
using MLOps.Inference.Engine;
using MLOps.Inference.Sequences;
using MLOps.Inference.Tensors;
using MLOps.Models.Catalog;
using MLOps.Models.Classical.ChangePoint;
using MLOps.Models.Data;
using MLOps.Models.Onnx;

namespace MLOps.Models.Tests.ChangePoint;

public sealed class ChangePointTests
{
    private static readonly IModelDefinition Model = new ModelCatalog().Find("bayesian-change-point")!;
    private static readonly double[] Nile = TestSeries.Column("nile_annual_1871_1970.csv", 0);

    /// <summary>The dam at Aswan was begun in 1899: 28 observations lie before it.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(0.01)]
    public void Train_Nile_BreaksAfterObservation28(double unit)
    {
        var trained = Train([.. Nile.Select(flow => flow * unit)], []);

        Assert.Equal(72, trained.Metrics["likeliest_run_length"]);
        Assert.Equal("row 27", trained.Tags["last_change_after"]);
        Assert.Equal("1", trained.Tags["changes"]);
        Assert.True(trained.Metrics["loglik"] > trained.Metrics["loglik_normal"]);
    }

    /// <summary>Every way to cut a short series into runs, weighed one by one.</summary>
    [Fact]
    public void Step_ShortSeries_AgreesWithEnumerationOfAllRuns()
    {
        double[] y = [0.3, -0.2, 2.5, 2.2, 2.9, -1];
        var prior = new ChangePointPrior(4, 0.1, 0.5, 1.5, 0.8);
        var weights = new double[y.Length + 1];
        for (var cuts = 0; cuts < 1 << y.Length; cuts++)
        {
            // Bit t: a run ends after observation t.
            var (probability, begin) = (1.0, 0);
            for (var t = 0; t < y.Length; t++)
            {
                var ends = (cuts >> t & 1) == 1;
                probability *= ends ? prior.Hazard : 1 - prior.Hazard;
                if (ends || t == y.Length - 1)
                {
                    probability *= Math.Exp(LogMarginal(y.AsSpan(begin..(t + 1)), prior));
                    begin = ends ? t + 1 : begin;
                }
            }

            weights[y.Length - begin] += probability;
        }

        var history = RunHistory.Of(y, prior, 20);

        Assert.Equal(Math.Log(weights.Sum()), history.LogDensities.Sum(), 1e-12);
        Assert.All(Enumerable.Range(0, weights.Length), length => Assert.Equal(weights[length] / weights.Sum(), history.End.Probabilities[length], 1e-12));
    }

    [Fact]
    public void Step_AnyValues_ProbabilitiesSumToOneAndStatisticsStayFinite()
    {
        var runs = new RunLengths(new ChangePointPrior(50, 0, 0.1, 1, 0.5), 12);
        var random = new Random(3);
        foreach (var y in Enumerable.Range(0, 400).Select(i => i == 200 ? 1e8 : i > 300 ? 0 : random.NextDouble()))
        {
            Assert.True(double.IsFinite(runs.Step(y)));
            Assert.Equal(1, runs.Probabilities.Sum(), 1e-12);
            Assert.All(runs.Betas, beta => Assert.True(beta > 0 && double.IsFinite(beta)));
        }
    }

    /// <summary>A run longer than the longest length goes on, and the break after it is still found.</summary>
    [Fact]
    public void Changes_RunLongerThanTheLongestLength_AreFoundAllTheSame()
    {
        var random = new Random(4);
        double Gaussian() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        double[] series = [.. Enumerable.Range(0, 120).Select(_ => Gaussian()), .. Enumerable.Range(0, 60).Select(_ => 6 + Gaussian()), .. Enumerable.Range(0, 25).Select(_ => -3 + Gaussian())];

        Assert.Equal([120, 180], RunHistory.Of(series, new ChangePointPrior(100, 0, 0.1, 2, 2), 40).Changes());
        Assert.Equal([120, 180], RunHistory.Of(series, new ChangePointPrior(100, 0, 0.1, 2, 2), 250).Changes());
    }

    [Fact]
    public void Serve_AsASequence_GoesOnWhereTheTrainingEnded()
    {
        var trained = Train(Nile[..90], new() { ["max_run"] = "60" });
        using var batch = new OnnxRunner(File(trained, "batch.onnx"));
        var expected = batch.Run<double>([("y", Nile, [Nile.Length])], ["run_length"])[0][90..];

        using var engine = new InferenceEngine();
        engine.Load("nile", File(trained, "model.onnx"), new SessionSettings());
        for (var year = 0; year < expected.Length; year++)
        {
            using var step = engine.Infer("nile", [Tensor.Of<double>("y", [Nile[90 + year]], 1, 1)], ["run_length"], new SequenceStep("nile", Start: year == 0));
            Assert.Equal(expected[year], Assert.Single(step.Outputs).Values<double>()[0], 1e-8);
        }
    }

    [Fact]
    public void Batch_FutureChanges_LeavesThePastAsItWas()
    {
        using var batch = new OnnxRunner(File(Train(Nile, []), "batch.onnx"));
        double[] changed = [.. Nile[..50], .. Nile[50..].Select(flow => 5000 - flow)];
        double[] Run(double[] y) => batch.Run<double>([("y", y, [y.Length])], ["recent_change"])[0];
        var before = Run(Nile);
        Assert.Equal(before[..50], Run(changed)[..50]);
        Assert.All(before, p => Assert.InRange(p, 0, 1 + 1e-12));
    }

    [Fact]
    public void Evaluate_RowsThatTheFitHasNotSeen_ScoresAsTraining()
    {
        var trained = Train(Nile, new() { ["validation_fraction"] = "0.3", ["prior"] = "fixed" });
        var scores = Model.Evaluate(trained, Data(Nile), 70, 100, TestContext.Current.CancellationToken);
        Assert.Equal(30, scores["days"]);
        Assert.All(scores, score => Assert.Equal(trained.Metrics[$"val_{score.Key}"], score.Value, 1e-9));
    }

    [Fact]
    public void Train_ValidationRowsChange_ChangesNotTheFit()
    {
        Dictionary<string, string> settings = new() { ["validation_fraction"] = "0.3" };
        var (expected, actual) = (Train(Nile, settings), Train([.. Nile[..70], .. Nile[70..].Select(flow => 3 * flow)], settings));
        Assert.Equal(expected.Metrics["lambda"], actual.Metrics["lambda"]);
        Assert.Equal(expected.Metrics["loglik"], actual.Metrics["loglik"]);
    }

    [Fact]
    public void Train_ConstantSeries_IsRefused() =>
        Assert.Contains("no change points", Assert.Throws<ModelTrainingException>(() => Train(new double[100], [])).Message, StringComparison.Ordinal);

    /// <summary>ln p of a whole run in closed form (Murphy 2007).</summary>
    private static double LogMarginal(ReadOnlySpan<double> run, ChangePointPrior prior)
    {
        double[] values = run.ToArray();
        var (n, mean) = (values.Length, values.Average());
        var (kappa, alpha) = (prior.Kappa + n, prior.Alpha + (n / 2.0));
        var beta = prior.Beta + (0.5 * values.Sum(y => (y - mean) * (y - mean))) + (prior.Kappa * n * Math.Pow(mean - prior.Mean, 2) / (2 * kappa));
        return SpecialFunctions.GammaLn(alpha) - SpecialFunctions.GammaLn(prior.Alpha) + (prior.Alpha * Math.Log(prior.Beta)) - (alpha * Math.Log(beta))
            + (0.5 * Math.Log(prior.Kappa / kappa)) - (n / 2.0 * Math.Log(2 * Math.PI));
    }

    private static TrainingData Data(double[] values) => new(null, [DataColumn.Of("nile", values)]);

    private static TrainedModel Train(double[] values, Dictionary<string, string> parameters) => Model.Train(
        new TrainingRequest(Data(values), null, new Dictionary<string, string>(parameters) { ["column"] = "nile", ["values"] = "returns" }),
        new RecordingObserver(),
        TestContext.Current.CancellationToken);

    private static byte[] File(TrainedModel model, string path) => model.Files.Single(file => file.Path == path).Content;
}
