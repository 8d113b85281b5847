using System.Text;
using MLOps.Models.Catalog;
using MLOps.Models.Data;
using MLOps.Models.Evaluation;
using MLOps.Models.Features.Pipelines;

namespace MLOps.Models.Tests.Features;

public sealed class FeaturePipelineTests
{
    private const string Declared = """
        {"features":[
          {"type":"returns"},
          {"type":"realised_volatility","window":10},
          {"column":"close","order":0.4,"threshold":0.01,"type":"fractional_difference"},
          {"type":"technical","features":["rsi_14","natr_14","obv_20"]}],
         "label":{"gain":1,"loss":1,"horizon":10,"span":50}}
        """;

    private static readonly Dictionary<string, string> NoParameters = [];

    private static TrainingData Bars { get; } = ((TrainingData)TestSeries.Sp500).Rows(0, 1500);

    [Fact]
    public void Serving_RawRows_GivesTheFeaturesAndPredictionsOfTheTraining()
    {
        var inner = new LinearSignModel();
        var trained = new PipelinedDefinition(inner, Parse(Declared)).Train(new TrainingRequest(Bars, new DateOnly(2005, 6, 30), NoParameters), new RecordingObserver(), CancellationToken.None);
        var (rows, predictions) = inner.Trained!.Value;

        // What serving has: the model's files and raw rows, without labels. It goes through the file, not through what training left in memory.
        var pipeline = FittedFeaturePipeline.Read(trained.Files.Single(file => file.Path == FittedFeaturePipeline.FileName).Content);
        var served = pipeline.Apply(Bars.Until(new DateOnly(2005, 6, 30)));

        // Serving has features of the newest rows, too, whose labels are still open.
        Assert.True(served.Count >= rows.Count);
        int[] same = [.. rows.Times!.Select(time => served.Times!.Index().Single(item => item.Item == time).Index)];
        foreach (var column in served.Columns)
        {
            Assert.Equal(rows.Numbers(column.Name), same.Select(row => served.Numbers(column.Name)[row]));
        }

        var answers = LinearSignModel.Serve(trained, served);
        Assert.All(same.Index(), item => Assert.Equal(predictions[item.Index], answers[item.Item], 1e-10));
    }

    [Fact]
    public void Serving_OnlyRecentRows_GivesTheSameFeatures()
    {
        var pipeline = Parse(Declared).Fit(Bars);
        var whole = pipeline.Apply(Bars);
        var recent = pipeline.Apply(Bars.Rows(Bars.Count - 500, Bars.Count));

        // Wilder's smoothing remembers further back than it needs; after 400 rows of it nothing is left to see.
        foreach (var column in whole.Columns)
        {
            Assert.Equal(column.Numbers![^1], recent.Numbers(column.Name)[^1], 1e-9);
        }
    }

    [Fact]
    public void Apply_RowsToCome_MoveNoFeature()
    {
        var pipeline = Parse(Declared).Fit(Bars);
        var before = pipeline.Apply(Bars.Rows(0, 900));
        var changed = TrainingData.FromBars(Bars.Bars() with { Close = [.. Bars.Numbers("close").Select((close, i) => i < 900 ? close : close * (1 + (i % 5)))] });
        var after = pipeline.Apply(changed).Rows(0, before.Count);

        Assert.All(before.Columns, column => Assert.Equal(column.Numbers, after.Numbers(column.Name)));
    }

    [Fact]
    public void Train_RowsAfterTheEnd_ChangeNothingThatIsLearnt()
    {
        var end = new DateOnly(2003, 12, 31);
        var known = Bars.Until(end).Count;
        var other = TrainingData.FromBars(Bars.Bars() with { Close = [.. Bars.Numbers("close").Select((close, i) => i < known ? close : 3 * close)] });

        Assert.Equal(Train(Bars), Train(other));

        (string Scalers, string Model) Train(TrainingData rows)
        {
            var trained = new PipelinedDefinition(new LinearSignModel(), Parse(Declared)).Train(new TrainingRequest(rows, end, NoParameters), new RecordingObserver(), CancellationToken.None);
            return (Encoding.UTF8.GetString(trained.Files[1].Content), Convert.ToHexString(trained.Files[0].Content));
        }
    }

    [Fact]
    public void Fit_Scale_BringsTrainingRowsToMeanZeroAndDeviationOne()
    {
        var fitted = Parse(Declared).Fit(Bars);
        Assert.All(fitted.Apply(Bars).Columns, column =>
        {
            Assert.Equal(0, column.Numbers!.Average(), 1e-9);
            Assert.Equal(1, Math.Sqrt(column.Numbers!.Average(value => value * value)), 1e-9);
        });
        Assert.Equal(Bars.Count - fitted.Lookback, fitted.Apply(Bars).Count);
    }

    [Fact]
    public void Compute_ReturnsAndVolatility_ByHand()
    {
        var rows = new TrainingData(null, [DataColumn.Of("p", [100, 110, 99]), DataColumn.Of("note", ["a", "b", "c"])]);
        var data = Parse("""{"scale":false,"keep":["note"],"features":[{"type":"returns","column":"p"},{"type":"realised_volatility","column":"p","window":2}]}""").Fit(rows).Apply(rows);

        Assert.Equal(["return_p", "volatility_p_2", "note"], data.Columns.Select(column => column.Name));
        var (up, down) = (100 * Math.Log(1.1), 100 * Math.Log(0.9));
        Assert.Equal(down, Assert.Single(data.Numbers("return_p")), 1e-12);
        Assert.Equal(Math.Sqrt(((up * up) + (down * down)) / 2), Assert.Single(data.Numbers("volatility_p_2")), 1e-12);
        Assert.Equal(["c"], data.Texts("note"));
    }

    [Fact]
    public void Labelled_BeforeWhatIsScored_NoLabelReachesIt()
    {
        var fitted = Parse(Declared).Fit(Bars);
        var (_, kept) = fitted.Labelled(Bars, 1000);
        var labels = fitted.Declared.Label!.Compute(Bars);

        Assert.Contains(kept, row => row >= 1000);
        Assert.All(kept, row => Assert.True(row >= 1000 || labels[row].Label.Span.End < 1000));
        Assert.Contains(Enumerable.Range(990, 10), row => !kept.Contains(row));
    }

    [Fact]
    public void WalkForward_BehindAPipeline_FitsEachFoldAnew()
    {
        var result = ModelEvaluation.Evaluate(new PipelinedDefinition(new LinearSignModel(), Parse(Declared)), Bars, NoParameters, new WalkForwardPlan(3), new RecordingObserver(), CancellationToken.None);

        Assert.Equal(3, result.Scores.Count);
        Assert.All(result.Scores, score => Assert.InRange(score.Figures["rows"], 200, 250));
        Assert.Equal("mse", result.Figures.Single(figure => figure.Name == "baseline_zero_mse").BaselineOf);
    }

    [Fact]
    public void Read_WrittenFile_IsTheSame()
    {
        var fitted = Parse(Declared).Fit(Bars);
        Assert.Equal(fitted.Write(), FittedFeaturePipeline.Read(fitted.Write()).Write());
    }

    [Theory]
    [InlineData("{}", "cannot be read")]
    [InlineData("null", "is null")]
    [InlineData("""{"features":[]}""", "no features")]
    [InlineData("""{"features":[{"type":"magic"}]}""", "magic")]
    [InlineData("""{"features":[{"type":"returns","colum":"x"}]}""", "colum")]
    [InlineData("""{"features":[{"type":"realised_volatility","window":0}]}""", "'window' is 0: expected 1 to 10000")]
    [InlineData("""{"features":[{"type":"fractional_difference","order":3}]}""", "'order' is 3: expected 0 to 2")]
    [InlineData("""{"features":[{"type":"technical","features":["rsi"]}]}""", "'features' is 'rsi'")]
    [InlineData("""{"features":[{"type":"microstructure","window":2}]}""", "'window' is 2")]
    [InlineData("""{"features":[{"type":"returns"},{"type":"returns"}]}""", "'return_close' twice")]
    [InlineData("""{"features":[{"type":"returns"}],"label":{"horizon":0}}""", "horizon 0")]
    public void Parse_BadDeclaration_SaysWhat(string json, string said) =>
        Assert.Contains(said, Assert.Throws<ModelTrainingException>(() => Parse(json)).Message, StringComparison.Ordinal);

    [Fact]
    public void Fit_MissingColumnOrTooFewRows_SaysWhat()
    {
        Assert.Contains("no column 'open'", Assert.Throws<ModelTrainingException>(() => Parse(Declared).Fit(new TrainingData([DateTime.UnixEpoch], [DataColumn.Of("close", [1.0])]))).Message, StringComparison.Ordinal);
        Assert.Contains("None of the 5 training rows", Assert.Throws<ModelTrainingException>(() => Parse(Declared).Fit(Bars.Rows(0, 5))).Message, StringComparison.Ordinal);
    }

    private static FeaturePipeline Parse(string json) => FeaturePipeline.Parse(Encoding.UTF8.GetBytes(json));
}
