using MLOps.Models.Catalog;
using MLOps.Models.Classical.CrossSection;
using MLOps.Models.Data;
using MLOps.Models.Onnx;
using Section = MLOps.Models.Classical.CrossSection.CrossSection;

namespace MLOps.Models.Tests.CrossSection;

public sealed class MomentumRankerTests
{
    private static readonly IModelDefinition Ranker = new ModelCatalog().Find("momentum-ranker")!;
    private static readonly Dictionary<string, string> Ranking = new() { ["method"] = "lambdarank", ["epochs"] = "12" };

    /// <summary>The reference: mean rank IC .00917 over 108 months, ICIR .0359.</summary>
    [Fact]
    public void Information_PlainMomentumOnDow30_AgreesWithReference()
    {
        var panel = AssetPanel.From(TestSeries.Dow30, 5);
        var sections = Section.Every(panel, 252, panel.Dates.Count, 21, 21);
        var (mean, ratio) = RankerScore.Information(sections, [.. sections.Select(section => section.Features.Select(row => row[0]).ToArray())]);
        Assert.Equal(108, sections.Length);
        Assert.Equal(0.00916911081086562, mean, 1e-12);
        Assert.Equal(0.03590809425071149, ratio, 2e-4);
    }

    [Fact]
    public void Spearman_Ties_HaveTheirMeanRank()
    {
        Assert.Equal([1.5, 1.5, 3, 4.5, 4.5], RankCorrelation.Ranks([2, 2, 3, 7, 7]));
        Assert.Equal(1, RankCorrelation.Spearman([1, 2, 3], [10, 200, 3000]), 1e-15);
        Assert.Equal(-0.5, RankCorrelation.Spearman([1, 2, 3], [3, 1, 2]), 1e-15);
        Assert.Equal(0, RankCorrelation.Spearman([1, 1, 1], [3, 1, 2]));
    }

    /// <summary>Prices whose drifts differ for good: last year's winners win again, and both methods find it out of sample.</summary>
    [Theory]
    [InlineData("ridge")]
    [InlineData("lambdarank")]
    public void Evaluate_PersistentDrifts_RanksThem(string method)
    {
        var data = Drifting();
        var trained = Train(data.Rows(0, 1000), new() { ["method"] = method });
        var scores = Ranker.Evaluate(trained, data, 1000, 1500, TestContext.Current.CancellationToken);
        Assert.InRange(scores["rank_ic"], 0.5, 1);
        Assert.True(scores["sharpe"] > scores["sharpe_equal_weight"]);
        Assert.Equal(23, scores["periods"]);
    }

    [Theory]
    [InlineData("ridge")]
    [InlineData("lambdarank")]
    public void Train_Dow30_ServesAnyNumberOfAssetsInAnyUnit(string method)
    {
        var observer = new RecordingObserver();
        var trained = Ranker.Train(Request(TestSeries.Dow30, null, new() { ["method"] = method, ["epochs"] = "30" }), observer, TestContext.Current.CancellationToken);
        var weights = WeightsOf(trained);
        var features = MomentumFeatures.Of(AssetPanel.From(TestSeries.Dow30, 5), 700)[..7];
        double[] flat = [.. features.SelectMany(row => row)];

        using var runner = new OnnxRunner(trained.File("model.onnx"));
        var scores = runner.Run<double>([("features", flat, [7, 6])], ["score"])[0];

        OnnxParity.Check("score", Section.Score(Section.Standardise(features), weights), scores, 1e-10);
        OnnxParity.Check("score", scores, runner.Run<double>([("features", [.. flat.Select(value => 100 * value)], [7, 6])], ["score"])[0], 1e-10);
        Assert.Equal(method == "ridge" ? 1 : 30, observer.Epochs.Count);
        Assert.True(method == "ridge" || observer.Epochs[^1].Metrics["ndcg"] > observer.Epochs[0].Metrics["ndcg"]);
    }

    [Fact]
    public void Train_LambdaRankFromAnyCheckpoint_GoesOnBitForBit()
    {
        var whole = new RecordingObserver();
        var undisturbed = Ranker.Train(Request(TestSeries.Dow30, null, Ranking), whole, TestContext.Current.CancellationToken);
        Assert.Equal(Enumerable.Range(1, 12).Select(step => (long)step), whole.Checkpoints.Select(checkpoint => checkpoint.Step));
        foreach (var (step, content) in whole.Checkpoints)
        {
            var rest = new RecordingObserver();
            var resumed = Ranker.Train(Request(TestSeries.Dow30, null, Ranking) with { Checkpoint = content }, rest, TestContext.Current.CancellationToken);

            Assert.Equal(Curve(whole).Skip((int)step), Curve(rest));
            Assert.Equal(undisturbed.Files.Select(file => file.Content), resumed.Files.Select(file => file.Content));
        }
    }

    /// <summary>At so large a step the NDCG falls: the best is early, and the last far below it.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Train_LambdaRankToldToFinish_KeepsTheWeightsOfTheHighestNdcg(bool fromCheckpoint)
    {
        var settings = new Dictionary<string, string>(Ranking) { ["learning_rate"] = "1" };
        var whole = new RecordingObserver();
        Ranker.Train(Request(TestSeries.Dow30, null, settings), whole, TestContext.Current.CancellationToken);
        var best = (int)whole.Epochs.Take(8).MaxBy(epoch => epoch.Metrics["ndcg"]).Step;
        Assert.InRange(best, 1, 7);

        // The curve's figure of an epoch is of the weights with which it began: those of a training of one epoch less.
        var wanted = best == 1
            ? Train(TestSeries.Dow30, new() { ["method"] = "ridge" })
            : Train(TestSeries.Dow30, new(settings) { ["epochs"] = $"{best - 1}" });

        var told = new RecordingObserver { FinishAfter = fromCheckpoint ? 0 : 8 };
        var stopped = Ranker.Train(
            Request(TestSeries.Dow30, null, settings) with { Checkpoint = fromCheckpoint ? whole.Checkpoints[7].Content : null }, told, TestContext.Current.CancellationToken);

        Assert.Equal(fromCheckpoint ? 0 : 8, told.Epochs.Count);
        Assert.Equal(WeightsOf(wanted), WeightsOf(stopped));
    }

    [Fact]
    public void Train_LambdaRankWithACheckpointOfOtherSettingsOrRows_BeginsAnew()
    {
        var whole = new RecordingObserver();
        Ranker.Train(Request(TestSeries.Dow30, null, Ranking), whole, TestContext.Current.CancellationToken);
        var checkpoint = whole.Checkpoints[5].Content;
        (Dictionary<string, string> Settings, DateOnly? End, byte[] Checkpoint)[] others =
        [
            (new(Ranking) { ["learning_rate"] = "0.02" }, null, checkpoint),
            (Ranking, new DateOnly(1999, 12, 31), checkpoint),
            (Ranking, null, checkpoint[..^1]),
        ];
        Assert.All(others, other =>
        {
            var (anew, given) = (new RecordingObserver(), new RecordingObserver());
            Ranker.Train(Request(TestSeries.Dow30, other.End, other.Settings), anew, TestContext.Current.CancellationToken);
            Ranker.Train(Request(TestSeries.Dow30, other.End, other.Settings) with { Checkpoint = other.Checkpoint }, given, TestContext.Current.CancellationToken);
            Assert.Equal(Curve(anew), Curve(given));
        });
    }

    [Fact]
    public void Train_LambdaRankCancelled_Stops()
    {
        using var cancellation = new CancellationTokenSource();
        var observer = new RecordingObserver(_ => cancellation.Cancel());
        Assert.Throws<OperationCanceledException>(() => Ranker.Train(Request(TestSeries.Dow30, null, Ranking), observer, cancellation.Token));
        Assert.Single(observer.Epochs);
    }

    /// <summary>The order is that of the scores.</summary>
    [Fact]
    public void Graph_Order_GoesFromBestToWorst()
    {
        using var engine = new MLOps.Inference.Engine.InferenceEngine();
        engine.Load("ranker", OnnxModelFile.Write(RankerGraph.Build([1, 0]), "Test.", new Dictionary<string, string>()), new MLOps.Inference.Engine.SessionSettings());
        using var result = engine.Infer("ranker", [MLOps.Inference.Tensors.Tensor.Of<double>("features", [3, 1, 9, 1, 5, 1], 3, 2)], ["score", "order"]);
        Assert.Equal([1L, 2, 0], result.Outputs.Single(output => output.Name == "order").Values<long>().ToArray());
        Assert.Equal(0, result.Outputs.Single(output => output.Name == "score").Values<double>().ToArray().Sum(), 1e-12);
    }

    /// <summary>Labels reach ahead, but never beyond the last training day.</summary>
    [Fact]
    public void Train_WithTrainEnd_NeverLooksBeyondIt()
    {
        var end = new DateOnly(1996, 12, 31);
        var later = TestSeries.Dow30.Times!.TakeWhile(time => DateOnly.FromDateTime(time) <= end).Count();
        Dictionary<string, string> settings = new() { ["step"] = "5" };
        Assert.Equal(Train(TestSeries.Dow30, settings, end).File("parameters.json"), Train(TestSeries.Dow30.ChangedFrom(later), settings, end).File("parameters.json"));
    }

    [Fact]
    public void Of_LaterPricesChanged_KeepsEarlierFeatures()
    {
        var (before, after) = (AssetPanel.From(TestSeries.Dow30, 5), AssetPanel.From(TestSeries.Dow30.ChangedFrom(501), 5));
        Assert.Equal(MomentumFeatures.Of(before, 500).SelectMany(row => row), MomentumFeatures.Of(after, 500).SelectMany(row => row));
    }

    [Fact]
    public void GradesOf_Quintiles_AreEven()
    {
        Assert.Equal([0, 1, 2, 3, 4], LambdaRank.GradesOf([1, 2, 3, 4, 5]));
        Assert.Equal(6, LambdaRank.GradesOf([.. Enumerable.Range(0, 30).Select(i => (double)((i * 7) % 30))]).Count(grade => grade == 4));
        Assert.Single(LambdaRank.GradesOf([1, 1, 1, 1]).Distinct());
    }

    [Fact]
    public void Train_TooFewRowsOrAssets_SaysHowManyAreNeeded()
    {
        Assert.Contains("at least 379", Assert.Throws<ModelTrainingException>(() => Train(TestSeries.Dow30.Rows(0, 300), [])).Message, StringComparison.Ordinal);
        Assert.Contains("'top' is 31", Assert.Throws<ModelTrainingException>(() => Train(TestSeries.Dow30, new() { ["top"] = "31" })).Message, StringComparison.Ordinal);
        var four = new TrainingData(TestSeries.Dow30.Times, [.. TestSeries.Dow30.Columns.Take(4)]);
        Assert.Contains("at least 5 assets", Assert.Throws<ModelTrainingException>(() => Train(four, [])).Message, StringComparison.Ordinal);
    }

    private static (long Step, double Ndcg)[] Curve(RecordingObserver observer) => [.. observer.Epochs.Select(epoch => (epoch.Step, epoch.Metrics["ndcg"]))];

    private static IReadOnlyList<double> WeightsOf(TrainedModel model) => JsonContent.Read<RankerFile>(model.File("parameters.json")).Weights;

    private static TrainingData Drifting()
    {
#pragma warning disable CA5394 // Made-up prices, not secrets.
        var random = new Random(8);
        var columns = Enumerable.Range(0, 12).Select(asset =>
        {
            var (log, prices) = (0.0, new double[1500]);
            for (var day = 0; day < prices.Length; day++)
            {
                log += ((asset - 6) * 0.0005) + (0.01 * (random.NextDouble() - 0.5));
                prices[day] = Math.Exp(log);
            }

            return DataColumn.Of($"a{asset}", prices);
        }).ToArray();
#pragma warning restore CA5394
        return new TrainingData([.. Enumerable.Range(0, 1500).Select(day => new DateTime(2010, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddDays(day))], columns);
    }

    private static TrainingRequest Request(TrainingData data, DateOnly? end, Dictionary<string, string> parameters) => new(data, end, parameters);

    private static TrainedModel Train(TrainingData data, Dictionary<string, string> parameters, DateOnly? end = null) =>
        Ranker.Train(Request(data, end, parameters), new RecordingObserver(), TestContext.Current.CancellationToken);
}
