using System.Globalization;
using MLOps.Models.Catalog;
using MLOps.Models.Data;
using MLOps.Models.Features.Sentiment;
using MLOps.Models.Onnx;
using MLOps.Testing;

namespace MLOps.Models.Tests.Sentiment;

public sealed class SentimentDefinitionTests
{
    private static readonly IModelDefinition Definition = new ModelCatalog().Find("sentiment")!;
    private static readonly TrainingData Headlines = Read();

    [Fact]
    public void Train_Headlines_CallsAProfitWarningBadNews()
    {
        using var runner = new OnnxRunner(Model(Train(Headlines, [])));
        var warning = Serve(runner, "Profit warning sends stock plunging");
        Assert.True(warning[0] > warning[2] && warning[0] > warning[1], string.Join(' ', warning));
        Assert.True(warning[3] < -0.5);
        Assert.True(Serve(runner, "Strong growth and great profits")[2] > 0.5);
        Assert.True(Serve(runner, "The meeting is on Tuesday")[1] > 0.5);
        Assert.Equal(1, warning[..3].Sum(), 1e-5);
    }

    [Fact]
    public void Train_Headlines_ReportsIterationsAndBaselines()
    {
        var observer = new RecordingObserver();
        var trained = Definition.Train(new TrainingRequest(Headlines, null, new Dictionary<string, string>()), observer, TestContext.Current.CancellationToken);
        Assert.True(observer.Epochs[^1].Metrics["train_loss"] < observer.Epochs[0].Metrics["train_loss"]);
        Assert.True(trained.Metrics["val_log_loss"] < trained.Metrics["baseline_prior_val_log_loss"]);
        Assert.Contains("baseline_vader_val_accuracy", trained.Metrics.Keys);
        Assert.Equal(SentimentLexicon.Market.Words.Count, trained.Signature.Inputs[0].Shape[1]);
        Assert.InRange(trained.Metrics["onnx_max_difference"], 0, 1e-5);
    }

    [Theory]
    [InlineData("market")]
    [InlineData("vader")]
    public void Evaluate_LaterTexts_ScoresByTheFilesAlone(string lexicon)
    {
        var trained = Train(Headlines.Rows(0, 45), new() { ["lexicon"] = lexicon });
        var scores = Definition.Evaluate(trained, Headlines, 45, 60, TestContext.Current.CancellationToken);
        Assert.Equal(15, scores["texts"]);
        Assert.True(scores["log_loss"] < scores["baseline_prior_log_loss"], $"{scores["log_loss"]} against {scores["baseline_prior_log_loss"]}");
    }

    [Fact]
    public void Train_ALabelThatIsNone_IsNamed()
    {
        var labels = Headlines.Numbers("label").ToArray();
        labels[7] = 2;
        var exception = Assert.Throws<ModelTrainingException>(() => Train(new TrainingData(null, [DataColumn.Of("text", Headlines.Texts("text")), DataColumn.Of("label", labels)]), []));
        Assert.Contains("Row 7, column 'label' is 2", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Train_OneLabelOnly_IsRefused()
    {
        var exception = Assert.Throws<ModelTrainingException>(() => Train(new TrainingData(null, [DataColumn.Of("text", Headlines.Texts("text")), DataColumn.Of("label", new double[60])]), []));
        Assert.Contains("same label", exception.Message, StringComparison.Ordinal);
    }

    /// <summary>Texts that never are neutral, and one that no list has a word of.</summary>
    [Fact]
    public void Train_TwoLabels_GivesTheThirdNoChance()
    {
        var data = Headlines;
        int[] rows = [.. Enumerable.Range(0, 60).Where(row => data.Numbers("label")[row] != 0)];
        var two = new TrainingData(null, [DataColumn.Of("text", [.. rows.Select(row => data.Texts("text")[row])]), DataColumn.Of("label", [.. rows.Select(row => data.Numbers("label")[row])])]);
        using var runner = new OnnxRunner(Model(Train(two, [])));
        Assert.InRange(Serve(runner, "zzz")[1], 0, 1e-3);
    }

    [Fact]
    public void Train_LaterRowsChange_GivesTheSameFiles()
    {
        var times = Enumerable.Range(0, 60).Select(day => new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddDays(day)).ToArray();
        var changed = Headlines.Texts("text").Select((text, row) => row < 50 ? text : "terrible").ToArray();
        Assert.Equal(Files(Headlines.Texts("text")), Files(changed));

        byte[] Files(string[] texts) => [.. Definition.Train(
            new TrainingRequest(new TrainingData(times, [DataColumn.Of("text", texts), DataColumn.Of("label", Headlines.Numbers("label"))]), DateOnly.FromDateTime(times[49]), new Dictionary<string, string>()),
            new RecordingObserver(),
            TestContext.Current.CancellationToken).Files.SelectMany(file => file.Content)];
    }

    private static TrainedModel Train(TrainingData data, Dictionary<string, string> parameters) =>
        Definition.Train(new TrainingRequest(data, null, parameters), new RecordingObserver(), TestContext.Current.CancellationToken);

    private static float[] Serve(OnnxRunner runner, string text)
    {
        var counts = Array.ConvertAll(LexiconCounts.Of(text, SentimentLexicon.Market), count => (float)count);
        return runner.Run<float>([("counts", counts, [1, counts.Length])], ["sentiment"])[0];
    }

    private static TrainingData Read()
    {
        var lines = File.ReadAllLines(RepositoryRoot.Combine("tests", "data", "headlines.csv"))[1..];
        return new TrainingData(
            null,
            [
                DataColumn.Of("text", [.. lines.Select(line => line[..line.LastIndexOf(',')])]),
                DataColumn.Of("label", [.. lines.Select(line => double.Parse(line[(line.LastIndexOf(',') + 1)..], CultureInfo.InvariantCulture))]),
            ]);
    }

    private static byte[] Model(TrainedModel model) => model.Files.Single(file => file.Path == "model.onnx").Content;
}
