using MLOps.Inference.Engine;
using MLOps.Inference.Sequences;
using MLOps.Inference.Tensors;
using MLOps.Models.Catalog;
using MLOps.Models.Classical.Hawkes;
using MLOps.Models.Data;
using MLOps.Models.Onnx;

namespace MLOps.Models.Tests.Hawkes;

public sealed class HawkesTests
{
    private static readonly IModelDefinition Model = new ModelCatalog().Find("hawkes-intensity")!;
    private static readonly double[] Simulated = Simulate(new HawkesProcess(0.5, 1.2, 2), 4000, 1);

    [Theory]
    [InlineData(0.5, 1.2, 2, 1)]
    [InlineData(0.02, 0.3, 1, 2)]
    [InlineData(3, 80, 100, 3)]
    public void Fit_SimulatedEvents_RecoversTheParameters(double mu, double alpha, double beta, int seed)
    {
        var truth = new HawkesProcess(mu, alpha, beta);
        var times = Simulate(truth, 6000, seed);

        var fit = HawkesFitter.Fit(new EventTimes(times, []).Gaps(), (_, _, _) => { });

        double[] expected = [mu, truth.Branching, beta];
        Assert.All(Enumerable.Range(0, 3), i => Assert.InRange(fit.Estimates[i], expected[i] - (4 * fit.Errors[i]), expected[i] + (4 * fit.Errors[i])));
        Assert.All(Enumerable.Range(0, 3), i => Assert.InRange(fit.Errors[i] / fit.Estimates[i], 0.005, 0.15));
    }

    /// <summary>The one-pass likelihood is the double sum over all pairs of events.</summary>
    [Fact]
    public void LogLikelihood_FewEvents_AgreesWithItsDefinition()
    {
        double[] times = [0, 0.4, 0.5, 1.7, 1.9, 2, 6];
        var process = new HawkesProcess(0.6, 0.8, 1.3);
        var expected = times.Skip(1).Sum(t => Math.Log(process.Mu + times.Where(earlier => earlier < t).Sum(earlier => process.Alpha * Math.Exp(-process.Beta * (t - earlier)))))
            - (process.Mu * 6) - times.Sum(t => process.Branching * (1 - Math.Exp(-process.Beta * (6 - t))));

        var gaps = new EventTimes(times, []).Gaps();

        Assert.Equal(expected, HawkesProcess.LogLikelihood(gaps, process.Mu, process.Branching, process.Beta).Value, 1e-12);
        Assert.Equal(expected, process.Run(gaps).Sum(step => step.LogDensity), 1e-12);
    }

    [Theory]
    [InlineData(1e-6)]
    [InlineData(86_400)]
    public void Fit_AnotherUnitOfTime_GivesTheSameProcessInThatUnit(double unit)
    {
        var expected = HawkesFitter.Fit(new EventTimes(Simulated, []).Gaps(), (_, _, _) => { });
        var actual = HawkesFitter.Fit([.. new EventTimes(Simulated, []).Gaps().Select(gap => gap * unit)], (_, _, _) => { });
        Assert.Equal(expected.Process.Branching, actual.Process.Branching, 1e-7);
        Assert.Equal(expected.Process.Beta, actual.Process.Beta * unit, 1e-6);
        Assert.Equal(expected.LogLikelihood, actual.LogLikelihood + (3999 * Math.Log(unit)), 1e-5);
    }

    [Fact]
    public void Train_SimulatedEvents_BeatsPoissonAndItsResidualsAreExponential()
    {
        var trained = Train(Column(Simulated), new() { ["column"] = "t" });
        Assert.True(trained.Metrics["loglik"] > trained.Metrics["loglik_poisson"] + 300);
        Assert.True(trained.Metrics["residual_ks"] < 1.63 / Math.Sqrt(3999), $"KS {trained.Metrics["residual_ks"]}.");
        Assert.True(trained.Metrics["residual_ks_poisson"] > 3 * trained.Metrics["residual_ks"]);
    }

    [Fact]
    public void Fit_EventsThatExciteNothing_FindsAPoissonProcess()
    {
        var fit = HawkesFitter.Fit(new EventTimes(Simulate(new HawkesProcess(2, 0, 1), 3000, 8), []).Gaps(), (_, _, _) => { });
        Assert.InRange(fit.Process.Branching, 0, 0.1);
        Assert.InRange(fit.Process.Mu, 1.7, 2.2);
    }

    /// <summary>Time stamps of twentieths of a second: spread or merged, the decay stays finite.</summary>
    [Theory]
    [InlineData("spread")]
    [InlineData("merge")]
    public void Train_RoundedTimes_TiesDoNotDriveTheDecayToItsBound(string ties)
    {
        var trained = Train(Column([.. Simulated.Select(t => Math.Floor(20 * t) / 20)]), new() { ["column"] = "t", ["ties"] = ties });
        Assert.InRange(trained.Metrics["branching"], 0.4, 0.8);
        Assert.False(trained.Tags.ContainsKey("at_bound"));
    }

    [Fact]
    public void WithoutTies_Spread_MovesNoEventToAnothersTime()
    {
        var events = new EventTimes([0, 1, 1, 1, 4, 4], [0, 1, 2, 3, 4, 5]);
        Assert.Equal(1, events.Resolution());
        Assert.Equal([0, 1, 1 + (1 / 3.0), 1 + (2 / 3.0), 4, 4.5], events.WithoutTies("spread", 1).Times, (one, other) => Math.Abs(one - other) < 1e-12);
        Assert.Equal([0, 1, 4], events.WithoutTies("merge", 1).Rows);
    }

    [Fact]
    public void Serve_AsASequence_GoesOnWhereTheTrainingEnded()
    {
        var trained = Train(Column(Simulated[..2000]), new() { ["column"] = "t" });
        using var batch = new OnnxRunner(File(trained, "batch.onnx"));
        var gaps = new EventTimes(Simulated[..2003], []).Gaps();
        var expected = batch.Run<double>([("dt", gaps, [gaps.Length])], ["intensity"])[0][^3..];

        using var engine = new InferenceEngine();
        engine.Load("hawkes", File(trained, "model.onnx"), new SessionSettings());
        for (var i = 0; i < 3; i++)
        {
            using var step = engine.Infer("hawkes", [Tensor.Of<double>("dt", [gaps[1999 + i]], 1, 1)], ["intensity"], new SequenceStep("trades", Start: i == 0));
            Assert.Equal(expected[i], Assert.Single(step.Outputs).Values<double>()[0], 1e-9);
        }
    }

    [Fact]
    public void Evaluate_RowsThatTheFitHasNotSeen_ScoresThemBesideAPoissonProcess()
    {
        var data = Column(Simulated);
        var trained = Train(data.Rows(0, 3000), new() { ["column"] = "t" });

        var scores = Model.Evaluate(trained, data, 3000, 4000, TestContext.Current.CancellationToken);

        var process = new HawkesProcess(trained.Metrics["mu"], trained.Metrics["alpha"], trained.Metrics["beta"]);
        Assert.Equal(process.Run(new EventTimes(Simulated, []).Gaps())[^1000..].Average(step => step.LogDensity), scores["log_score"], 1e-9);
        Assert.Equal(1000, scores["events"]);
        Assert.True(scores["log_score"] > scores["log_score_poisson"]);
    }

    [Fact]
    public void Train_RowsOwnTimes_AreSecondsAndLaterOnesChangeNothing()
    {
        DateTime[] Times(double later) => [.. Simulated.Take(1000).Select((t, i) => new DateTime(2020, 1, 6, 0, 0, 0, DateTimeKind.Utc).AddSeconds(i < 800 ? t : 86_400 + (later * t)))];
        byte[] Trained(double later) => File(
            Model.Train(new TrainingRequest(new TrainingData(Times(later), []), new DateOnly(2020, 1, 6), new Dictionary<string, string>()), new RecordingObserver(), TestContext.Current.CancellationToken),
            "model.onnx");
        Assert.Equal(Trained(1), Trained(7));
    }

    [Fact]
    public void Train_UnusableEvents_SaysWhy()
    {
        void Refused(double[] times, string message) =>
            Assert.Contains(message, Assert.Throws<ModelTrainingException>(() => Train(Column(times), new() { ["column"] = "t" })).Message, StringComparison.Ordinal);
        Refused([.. Simulated[..80], 0], "Row 80: the event at 0 comes before");
        Refused(new double[80], "have one time");
        Refused(Simulated[..20], "at least 50");
        Refused([.. Simulated[..80], double.NaN], "Row 80, column 't' is NaN");
        Assert.Contains("have no times", Assert.Throws<ModelTrainingException>(() => Train(Column(Simulated), [])).Message, StringComparison.Ordinal);
    }

    /// <summary>Ogata's thinning (1981).</summary>
    private static double[] Simulate(HawkesProcess process, int events, int seed)
    {
        var random = new Random(seed);
        var times = new List<double>(events);
        var (now, excitation) = (0.0, 0.0);
        while (times.Count < events)
        {
            var ceiling = process.Mu + (process.Alpha * excitation);
            var gap = -Math.Log(1 - random.NextDouble()) / ceiling;
            (now, excitation) = (now + gap, excitation * Math.Exp(-process.Beta * gap));
            if (random.NextDouble() * ceiling <= process.Mu + (process.Alpha * excitation))
            {
                times.Add(now);
                excitation++;
            }
        }

        return [.. times];
    }

    private static TrainingData Column(double[] times) => new(null, [DataColumn.Of("t", times)]);

    private static TrainedModel Train(TrainingData data, Dictionary<string, string> parameters) =>
        Model.Train(new TrainingRequest(data, null, parameters), new RecordingObserver(), TestContext.Current.CancellationToken);

    private static byte[] File(TrainedModel model, string path) => model.Files.Single(file => file.Path == path).Content;
}
