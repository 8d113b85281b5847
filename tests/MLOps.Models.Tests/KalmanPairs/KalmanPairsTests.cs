using MLOps.Inference.Engine;
using MLOps.Inference.Sequences;
using MLOps.Inference.Tensors;
using MLOps.Models.Catalog;
using MLOps.Models.Classical.KalmanPairs;
using MLOps.Models.Classical.Likelihood;
using MLOps.Models.Data;
using MLOps.Models.Onnx;
using MLOps.Testing;

namespace MLOps.Models.Tests.KalmanPairs;

public sealed class KalmanPairsTests
{
    private static readonly IModelDefinition Model = new ModelCatalog().Find("kalman-pairs")!;
    private static readonly double[] Gold = TestSeries.Column("goldsilver_daily_1977_2012.csv", 1);
    private static readonly double[] Silver = TestSeries.Column("goldsilver_daily_1977_2012.csv", 2);
    private static readonly double[] LogGold = Array.ConvertAll(Gold, Math.Log);
    private static readonly double[] LogSilver = Array.ConvertAll(Silver, Math.Log);

    [Theory]
    [InlineData("q1e-05_R0.001")]
    [InlineData("q0.00010001_R0.001")]
    public void Run_LogGoldOnLogSilver_AgreesWithReference(string name)
    {
        var expected = TestSeries.Reference("statespace-har-reference.json", "kalman_hedge_gold_silver").GetProperty(name);
        var filter = new HedgeFilter(expected.GetProperty("q").GetDouble(), expected.GetProperty("R").GetDouble(), expected.GetProperty("P0").GetDouble());

        var steps = filter.Run(LogGold, LogSilver);

        AssertDigits([expected.GetProperty("loglik").GetDouble()], [steps.Sum(step => step.LogDensity)]);
        AssertDigits([expected.GetProperty("loglik").GetDouble()], [HedgeFilter.LogLikelihood(LogGold, LogSilver, filter.P0, filter.Q, filter.R).Value]);
        AssertDigits(expected.GetProperty("beta_1000").Numbers(), steps[999].State.Beta);
        AssertDigits(expected.GetProperty("beta_5000").Numbers(), steps[4999].State.Beta);
        AssertDigits(expected.GetProperty("beta_last").Numbers(), steps[^1].State.Beta);
        AssertDigits([expected.GetProperty("innov_var_last").GetDouble()], [steps[^1].Variance]);
        AssertDigits([expected.GetProperty("std_innov_rms_after500").GetDouble()], [Math.Sqrt(steps.Skip(500).Average(step => step.Z * step.Z))]);
    }

    [Fact]
    public void Train_FixedNoise_ServesTheReferenceFilter()
    {
        var trained = Train(Pair(Gold, Silver), new() { ["noise"] = "fixed" });

        using var batch = new OnnxRunner(File(trained, "batch.onnx"));
        long[] shape = [LogGold.Length];
        var results = batch.Run<double>([("y", LogGold, shape), ("x", LogSilver, shape)], ["beta_next"]);
        AssertDigits([3.2595170429686378, 0.5078637109824485], results[0]);
        Assert.Equal(20265.227618308436, trained.Metrics["loglik"], 1e-6);
    }

    [Fact]
    public void Train_SimulatedWalks_FindsTheNoisesThatMadeThem()
    {
        var (y, x) = Simulated(4000, q: 1e-4, r: 0.01);

        var trained = Train(Pair(y, x), new() { ["transform"] = "level" });

        Assert.InRange(trained.Metrics["q"], 0.7e-4, 1.4e-4);
        Assert.InRange(trained.Metrics["r"], 0.009, 0.011);
        Assert.True(trained.Metrics["loglik"] > trained.Metrics["loglik_ols"] + 500);
    }

    [Fact]
    public void Train_LogLikelihood_IsHigherThanAtNoisesNearBy()
    {
        var trained = Train(Pair(Gold[..2000], Silver[..2000]), []);
        var (q, r) = (trained.Metrics["q"], trained.Metrics["r"]);
        double At(double q, double r) => HedgeFilter.LogLikelihood(LogGold[..2000], LogSilver[..2000], 1, q, (Jet)r).Value;
        Assert.Equal(trained.Metrics["loglik"], At(q, r), 1e-6);
        Assert.All([At(1.05 * q, r), At(q / 1.05, r), At(q, 1.05 * r), At(q, r / 1.05)], value => Assert.True(value <= trained.Metrics["loglik"] + 1e-9));
    }

    [Fact]
    public void Serve_AsASequence_GoesOnWhereTheTrainingEnded()
    {
        var trained = Train(Pair(Gold[..1000], Silver[..1000]), new() { ["noise"] = "fixed" });
        var expected = new HedgeFilter(1e-5, 1e-3, 1).Run(LogGold.AsSpan(0, 1003), LogSilver.AsSpan(0, 1003))[^3..];

        using var engine = new InferenceEngine();
        engine.Load("pairs", File(trained, "model.onnx"), new SessionSettings());
        for (var day = 0; day < 3; day++)
        {
            Tensor[] inputs = [Tensor.Of<double>("y", [LogGold[1000 + day]], 1, 1), Tensor.Of<double>("x", [LogSilver[1000 + day]], 1, 1)];
            using var step = engine.Infer("pairs", inputs, ["z"], new SequenceStep("pair", Start: day == 0));
            Assert.Equal(expected[day].Z, Assert.Single(step.Outputs).Values<double>()[0], 1e-9);
        }
    }

    [Fact]
    public void Run_FutureChanges_LeavesThePastAsItWas()
    {
        var filter = new HedgeFilter(1e-5, 1e-3, 1);
        double[] changed = [.. LogGold[..500], .. LogGold[500..1000].Select(y => -y)];
        Assert.Equal(filter.Run(LogGold.AsSpan(0, 1000), LogSilver.AsSpan(0, 1000))[..500], filter.Run(changed, LogSilver.AsSpan(0, 1000))[..500]);
    }

    [Fact]
    public void Evaluate_RowsThatTheFilterHasNotSeen_ScoresThemBesideLeastSquares()
    {
        var (y, x) = Simulated(1000, q: 1e-4, r: 0.01);
        var data = Pair(y, x);
        var trained = Train(data.Rows(0, 800), new() { ["transform"] = "level" });

        var scores = Model.Evaluate(trained, data, 800, 1000, TestContext.Current.CancellationToken);

        var steps = new HedgeFilter(trained.Metrics["q"], trained.Metrics["r"], 1).Run(y, x)[800..];
        Assert.Equal(Math.Sqrt(steps.Average(step => step.Spread * step.Spread)), scores["rmse"], 1e-9);
        Assert.Equal(steps.Average(step => step.LogDensity), scores["log_score"], 1e-9);
        Assert.True(scores["rmse"] < scores["rmse_ols"]);
        Assert.Equal(200, scores["rows"]);
    }

    [Fact]
    public void Train_LaterRowsChange_ChangesNothing()
    {
        DateTime[] days = [.. Enumerable.Range(0, 600).Select(i => new DateTime(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddDays(i))];
        byte[] Trained(double later) => File(
            Model.Train(
                new TrainingRequest(
                    new TrainingData(days, [DataColumn.Of("y", [.. Gold[..400], .. Enumerable.Repeat(later, 200)]), DataColumn.Of("x", Silver[..600])]),
                    DateOnly.FromDateTime(days[399]),
                    new Dictionary<string, string>()),
                new RecordingObserver(),
                TestContext.Current.CancellationToken),
            "model.onnx");
        Assert.Equal(Trained(50), Trained(double.NaN));
    }

    [Fact]
    public void Train_UnusableColumns_SaysWhy()
    {
        void Refused(double[] y, double[] x, string message) => Assert.Contains(message, Assert.Throws<ModelTrainingException>(() => Train(Pair(y, x), [])).Message, StringComparison.Ordinal);
        Refused(Gold[..100], [.. Enumerable.Repeat(2.0, 100)], "never changes");
        Refused(Gold[..100], Gold[..100], "exact multiple");
        Refused([.. Gold[..50], -1, .. Gold[51..100]], Silver[..100], "Row 50, column 'y' is -1");
        Refused(Gold[..10], Silver[..10], "at least 30");
    }

    private static (double[] Y, double[] X) Simulated(int rows, double q, double r)
    {
        var random = new Random(9);
        double Gaussian() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        var (y, x) = (new double[rows], new double[rows]);
        var (a, b) = (0.5, 1.0);
        for (var t = 0; t < rows; t++)
        {
            a += Math.Sqrt(q) * Gaussian();
            b += Math.Sqrt(q) * Gaussian();
            x[t] = 3 + Gaussian();
            y[t] = a + (b * x[t]) + (Math.Sqrt(r) * Gaussian());
        }

        return (y, x);
    }

    private static TrainingData Pair(double[] y, double[] x) => new(null, [DataColumn.Of("y", y), DataColumn.Of("x", x)]);

    private static TrainedModel Train(TrainingData data, Dictionary<string, string> parameters) =>
        Model.Train(new TrainingRequest(data, null, parameters), new RecordingObserver(), TestContext.Current.CancellationToken);

    private static byte[] File(TrainedModel model, string path) => model.Files.Single(file => file.Path == path).Content;

    private static void AssertDigits(double[] expected, double[] actual) =>
        Assert.All(expected.Zip(actual), pair => Assert.True(Lre.Of(pair.Second, pair.First) >= 8, $"{pair.Second:R} instead of {pair.First:R}."));
}
