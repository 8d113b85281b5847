using MLOps.Models.Catalog;
using MLOps.Models.Classical.EnsembleRegime;
using MLOps.Models.Data;
using MLOps.Models.Onnx;

namespace MLOps.Models.Tests.EnsembleRegime;

public sealed class EnsembleRegimeDefinitionTests
{
    private static readonly DateOnly TrainEnd = new(2008, 12, 31);
    private static readonly IModelDefinition Ensemble = new ModelCatalog().Find("ensemble-regime")!;
    private static readonly Lazy<TrainedModel> Trained = new(() => Train(TestSeries.Sp500));

    [Fact]
    public void Train_Sp500_PoolIsNoWorseThanItsBestMemberOnTheStackingDays()
    {
        var trained = Trained.Value;

        Assert.True(trained.Metrics["stacking_log_loss"] <= trained.Metrics["stacking_baseline_best_member_log_loss"]);
        Assert.All(RegimeMembers.Names, name => Assert.InRange(trained.Metrics[$"weight_{name}"], 0, 10));
        Assert.InRange(trained.Metrics["onnx_max_difference"], 0, 1e-10);
    }

    [Fact]
    public void Serve_AnyMembers_GivesProbabilitiesEvenWhereOneSaysNever()
    {
        using var runner = new OnnxRunner(Model(Trained.Value));
        double[] members = [0, 0, 1, 0.2, 0.3, 0.5, 1, 0, 0, 1 / 3.0, 1 / 3.0, 1 / 3.0];
        var probabilities = runner.Run<double>([("members", [.. members, .. members], [2, 4, 3])], ["probabilities"])[0];

        Assert.All(probabilities, p => Assert.InRange(p, 0, 1));
        Assert.All(probabilities.Chunk(3), row => Assert.Equal(1, row.Sum(), 1e-12));
        Assert.Equal(probabilities[..3], probabilities[3..]);
    }

    [Fact]
    public void TrainAndEvaluate_LaterRowsChange_NothingDoes()
    {
        var data = TestSeries.Sp500;
        var from = data.Dates.TakeWhile(date => date <= TrainEnd).Count();
        var changed = data with { Close = [.. data.Close.Select((close, i) => i >= from + 250 ? double.NaN : close)] };

        Assert.All(Trained.Value.Files.Zip(Train(changed).Files), pair => Assert.Equal(pair.First.Content, pair.Second.Content));
        var scores = Evaluate(data);
        Assert.Equal(scores, Evaluate(changed));
        Assert.Equal(250, scores["days"]);
        Assert.InRange(scores["log_loss"], 0, Math.Log(3));
        Assert.True(scores["log_loss"] < scores["baseline_naive_bayes_log_loss"], $"{scores["log_loss"]} against {scores["baseline_naive_bayes_log_loss"]}");

        IReadOnlyDictionary<string, double> Evaluate(TrainingData rows) =>
            Ensemble.Evaluate(Trained.Value, rows, from, from + 250, TestContext.Current.CancellationToken);
    }

    [Fact]
    public void Pool_OneMemberKnowsAndOthersAreNoise_WeighsItAlone()
    {
        var random = new Random(4);
        var (days, labels) = (new double[2000][][], new int[2000]);
        for (var i = 0; i < days.Length; i++)
        {
            var good = Simplex(random);
            labels[i] = random.NextDouble() is var u && u < good[0] ? 0 : u < good[0] + good[1] ? 1 : 2;
            days[i] = [Simplex(random), good, Simplex(random)];
        }

        var pool = LogPool.Fit(days, labels, TestContext.Current.CancellationToken);

        Assert.Equal(1, pool.Weights[1], 0.1);
        Assert.InRange(pool.Weights[0], 0, 0.1);
        Assert.InRange(pool.Weights[2], 0, 0.1);
        Assert.True(pool.Score(days, labels).LogLoss <= LogPool.LogLoss(days, labels, 1));
    }

    [Fact]
    public void ChoiceModel_TwoAlternativesOneIntercept_IsTheLogOdds()
    {
        // Seven of ten choose the second: θ = ln(7/3).
        double[][][] cases = [.. Enumerable.Repeat<double[][]>([[0], [1]], 10)];
        int[] choices = [1, 1, 1, 1, 1, 1, 1, 0, 0, 0];
        var theta = ChoiceModel.Fit(cases, choices, [0], [(-10, 10)], ridge: 0, TestContext.Current.CancellationToken);
        Assert.Equal(Math.Log(7 / 3.0), theta[0], 1e-9);
    }

    [Fact]
    public void NaiveBayes_ClassThatNeverOccurs_KeepsProbabilitiesFinite()
    {
        var bayes = NaiveBayes.Fit([[0.0], [0.1], [2.0]], [0, 0, 1], 3);
        var probabilities = bayes.Probabilities([1.9]);
        Assert.Equal(1, probabilities.Sum(), 1e-12);
        Assert.True(probabilities[1] > probabilities[0]);
    }

    private static double[] Simplex(Random random)
    {
        double[] draws = [.. Enumerable.Range(0, 3).Select(_ => -Math.Log(1 - random.NextDouble()))];
        return Array.ConvertAll(draws, draw => draw / draws.Sum());
    }

    private static TrainedModel Train(OhlcvSeries data) =>
        Ensemble.Train(new TrainingRequest(data, TrainEnd, new Dictionary<string, string> { ["hmm_starts"] = "2" }), new RecordingObserver(), TestContext.Current.CancellationToken);

    private static byte[] Model(TrainedModel trained) => trained.Files.Single(file => file.Path == "model.onnx").Content;
}
