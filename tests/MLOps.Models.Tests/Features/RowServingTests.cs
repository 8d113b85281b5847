using MLOps.Models.Catalog;
using MLOps.Models.Data;
using MLOps.Models.Features.Pipelines;

namespace MLOps.Models.Tests.Features;

/// <summary>What models make of raw bars in serving.</summary>
public sealed class RowServingTests
{
    private static readonly ModelCatalog Catalog = new();

    private static TrainingData Bars { get; } = ((TrainingData)TestSeries.Sp500).Rows(0, 400);

    /// <summary>Every model that takes rows, with the rows that one prediction needs.</summary>
    public static TheoryData<string, int> Models => new()
    {
        { "har-rv", 22 },
        { "lstm-volatility", 43 },
        { "tcn-regime-classifier", 85 },
        { "drawdown-predictor", 85 },
        { "anomaly-autoencoder", 85 },
        { "market-embedding-tcn", 85 },
        { "vae-embedding", 85 },
        { "transformer-embedding", 85 },
        { "boosted-trees", 34 },
        { "garch", 2 },
        { "gjr-garch", 2 },
        { "egarch", 2 },
        { "stochastic-volatility", 2 },
        { "hmm-regime-detector", 2 },
        { "bayesian-change-point", 2 },
        { "var-calculator", 51 },
    };

    [Fact]
    public void Models_AreAllThatTakeRows() =>
        Assert.Equal(Catalog.Definitions.OfType<IRowModel>().Select(model => model.Id).Order(), Models.Select(row => row.Data.Item1).Order());

    [Theory]
    [MemberData(nameof(Models))]
    public void Inputs_FitTheGraphAndBelongToTheRowsThatTheyEndWith(string id, int history)
    {
        var served = Serving(id).Inputs(Bars);
        var signature = Catalog.Find(id)!.Signature;

        Assert.Equal(history, served.History);
        Assert.Equal(Enumerable.Range(history - 1, Bars.Count - history + 1), served.Rows);
        foreach (var input in served.Inputs)
        {
            var expected = signature.Inputs.Single(tensor => tensor.Name == input.Name);
            Assert.Equal(expected.ElementType, input.ElementType);
            Assert.Equal(expected.Shape.Count, input.Shape.Count);
            Assert.Equal(served.Rows.Count, input.Shape[0]);
            Assert.All(expected.Shape.Zip(input.Shape).Skip(1), pair => Assert.True(pair.First == -1 || pair.First == pair.Second, $"{input.Name} has {string.Join(",", input.Shape)}, the graph {string.Join(",", expected.Shape)}."));
            Assert.Equal(input.Shape.Aggregate(1L, (product, length) => product * length) * (input.ElementType == "float32" ? 4 : 8), input.Content.Length);
        }

        // What is left out is a state's, which goes from step to step.
        Assert.True(served.IsSequence || served.Inputs.Count == signature.Inputs.Count);
    }

    /// <summary>Neither a later row nor where the rows begin changes an input, in any bit.</summary>
    [Theory]
    [MemberData(nameof(Models))]
    public void Inputs_AreTheSameBitsWhateverRowsComeBeforeOrAfter(string id, int history)
    {
        var serving = Serving(id);
        var all = serving.Inputs(Bars);
        var start = id == "boosted-trees" ? 0 : 120;
        var some = serving.Inputs(Bars.Rows(start, 300));

        // Boosted trees have indicators that smooth exponentially: those remember the first row.
        Assert.Equal(300 - start - history + 1, some.Rows.Count);
        foreach (var (whole, part) in all.Inputs.Zip(some.Inputs))
        {
            var length = whole.Content.Length / all.Rows.Count;
            Assert.True(whole.Content.Slice(start * length, some.Rows.Count * length).Span.SequenceEqual(part.Content.Span), $"Input {whole.Name} of {id} depends on other rows than its own.");
        }
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void OneRowTooFew_IsRefusedWithTheNumberThatIsNeeded(string id, int history)
    {
        var serving = Serving(id);

        Assert.Equal([history - 1], serving.Inputs(Bars.Rows(0, history)).Rows);
        var refused = Assert.Throws<ModelTrainingException>(() => serving.Inputs(Bars.Rows(0, history - 1)));
        Assert.StartsWith($"There are {history - 1} rows: one prediction needs at least {history} ", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void BehindAPipeline_RowsAndHistoryAreThoseOfTheRawRows()
    {
        var pipeline = FeaturePipeline.Parse("""{"features":[{"type":"realised_volatility","window":5}],"scale":false,"keep":["volume"]}"""u8).Fit(Bars);
        var serving = Of("har-rv", new() { ["column"] = "volatility_close_5" }, new ModelFile(FittedFeaturePipeline.FileName, pipeline.Write()));

        Assert.Equal(["close", "volume"], serving.Columns);
        Assert.Equal(["close", "volume"], serving.Numbers);
        Assert.Equal(["volatility_close_5", "volume"], serving.Makes);
        var served = serving.Inputs(Bars);
        Assert.Equal(27, served.History);
        Assert.Equal(Enumerable.Range(26, Bars.Count - 26), served.Rows);
        Assert.StartsWith("There are 26 rows: one prediction needs at least 27 ", Assert.Throws<ModelTrainingException>(() => serving.Inputs(Bars.Rows(0, 26))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void BarsOutOfOrder_AreRefused()
    {
        var turned = new TrainingData([.. Bars.Times!.Reverse()], Bars.Columns);

        Assert.Contains("sort the rows by time", Assert.Throws<ModelTrainingException>(() => Serving("garch").Inputs(turned)).Message, StringComparison.Ordinal);
    }

    private static RowServing Serving(string id)
    {
        if (id == "var-calculator")
        {
            var trained = Catalog.Find(id)!.Train(new TrainingRequest(Bars, null, new Dictionary<string, string> { ["window"] = "50", ["method"] = "historical" }), new RecordingObserver(), CancellationToken.None);
            return RowServing.Of(Catalog.Find(id)!, trained)!;
        }

        return Of(id, id is "har-rv" or "lstm-volatility" ? new() { ["values"] = "range" } : []);
    }

    private static RowServing Of(string id, Dictionary<string, string> parameters, params ModelFile[] files)
    {
        var definition = Catalog.Find(id)!;
        return RowServing.Of(definition, new TrainedModel(files, definition.Signature, parameters, new Dictionary<string, double>(), null, new Dictionary<string, string>()))!;
    }
}
