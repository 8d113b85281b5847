using System.Globalization;
using System.Text;
using MLOps.Models.Catalog;
using MLOps.Models.Data;
using MLOps.Models.Evaluation;
using MLOps.Models.Features.Labels;
using MLOps.Models.Features.Pipelines;
using MLOps.Models.Onnx;

namespace MLOps.Models.Tests.BoostedTrees;

/// <summary>Boosted trees behind a feature pipeline: its features, triple-barrier labels, uniqueness weights and label ends.</summary>
public sealed class GivenLabelsTests
{
    private const string Declared = """
        {"features":[{"type":"returns"},{"type":"realised_volatility","window":10},{"type":"technical","features":["rsi_14","natr_14"]}],
         "label":{"gain":1,"loss":1,"horizon":10,"span":50}}
        """;

    private static readonly Dictionary<string, string> Parameters = new() { ["label"] = "given", ["trees"] = "30" };

    private static readonly IModelDefinition Trees = new ModelCatalog().Find("boosted-trees")!;

    private static readonly FeaturePipeline Pipeline = FeaturePipeline.Parse(Encoding.UTF8.GetBytes(Declared));

    private static TrainingData Bars { get; } = TrainingData.FromBars(TestSeries.Sp500).Rows(0, 1500);

    private static TrainingData Table { get; } = Pipeline.Fit(Bars).Labelled(Bars).Data;

    private static int Split => Table.Count - (int)(Table.Count * 0.2);

    [Fact]
    public void Train_OtherWeights_AreAnotherFit()
    {
        var weighted = Model(Train(Table));
        Assert.NotEqual(weighted, Model(Train(With(Table, TripleBarrierStep.Weight, _ => 1))));

        // Only what they are to each other counts.
        var weights = Table.Numbers(TripleBarrierStep.Weight);
        Assert.Equal(weighted, Model(Train(With(Table, TripleBarrierStep.Weight, row => 2 * weights[row]))));
    }

    [Fact]
    public void Train_LabelsThatReachIntoValidation_ArePurgedByTheirEnds()
    {
        var ends = Table.Numbers(TripleBarrierStep.Rows);
        var outside = Enumerable.Range(0, Split).Count(row => row + ends[row] < Split);
        Assert.InRange(outside, Split - 10, Split - 1);
        Assert.Equal(outside, FitDays(Train(Table)));

        // Were the ends not read, more would be left out, or none.
        Assert.Equal(Split, FitDays(Train(With(Table, TripleBarrierStep.Rows, _ => 0))));
        Assert.Equal(Split - 40, FitDays(Train(With(Table, TripleBarrierStep.Rows, row => Math.Min(40, Table.Count - 1 - row)))));
    }

    [Fact]
    public void LabelRows_OfAPipeline_AreTheEndsOfItsLabels()
    {
        var closes = Bars.Numbers("close");
        var volatility = EwmVolatility.Of(closes, 50);
        var labels = new TripleBarrier(1, 1, 10).Label(closes, volatility, Enumerable.Range(2, closes.Length - 3)).ToDictionary(label => label.Span.Start);
        var (data, kept) = Pipeline.Fit(Bars).Labelled(Bars);
        var ends = data.Numbers(TripleBarrierStep.Rows);

        // Every row between has features, so rows are rows, but for the last whose label is open.
        Assert.All(Enumerable.Range(0, data.Count - 20), i => Assert.Equal(labels[kept[i]].Span.End, kept[i + (int)ends[i]]));
        Assert.InRange(ends.Max(), 10, 10);
    }

    [Fact]
    public void Labels_BeforeABlockThatIsTakenOut_ArePurgedByTheirEnds()
    {
        var whole = Pipeline.Label!.Compute(Bars);
        RowRange[] pieces = [new(0, 700), new(1000, 1500)];

        var parted = Pipeline.Label.Compute(Bars.Rows(pieces));

        // As López de Prado's purge has it: those that end before the block, each by its own end.
        LabelSpan[] spans = [.. whole.Values.Select(label => label.Label.Span)];
        var kept = LabelSpans.Split(spans, [(Array.FindIndex(spans, span => span.Start == 700), Array.FindIndex(spans, span => span.Start == 1000))], 0);
        Assert.Equal(kept.Train.Select(i => spans[i].Start).Where(row => row < 700), parted.Keys.Where(row => row < 700).Order());
        Assert.InRange(parted.Keys.Count(row => row is >= 690 and < 700), 1, 9);

        // Behind it labels and volatility begin anew, counted over both pieces.
        Assert.Equal(702, parted.Keys.Where(row => row >= 700).Min());
        Assert.All(parted.Values, label => Assert.True(label.Label.Span.End < 700 || label.Label.Span.Start >= 700));
    }

    [Fact]
    public void Features_BehindAGap_KnowNothingOfTheRowsBeforeIt()
    {
        RowRange[] pieces = [new(0, 700), new(1000, 1500)];
        var (data, kept) = Pipeline.Fit(Bars).Whole(Bars.Rows(pieces));
        var alone = Pipeline.Fit(Bars).Whole(Bars.Rows(1000, 1500));

        Assert.Equal(2, data.Pieces.Count);
        Assert.Equal(alone.Rows.Select(row => row + 700), kept.Where(row => row >= 700));
        Assert.All(data.Columns, column => Assert.Equal(alone.Data.Numbers(column.Name), column.Numbers![data.Pieces[1].From..]));
    }

    [Fact]
    public void PurgedKFold_BehindAPipeline_ScoresEveryBlock()
    {
        var result = ModelEvaluation.Evaluate(
            new PipelinedDefinition(Trees, Pipeline), Bars, Parameters, new CrossValidationPlan(CrossValidationMethod.PurgedKFold, Folds: 3), new RecordingObserver(), CancellationToken.None);

        Assert.Equal([1, 2, 3], result.Scores.Select(score => score.Fold.Block));
        Assert.All(result.Scores, score => Assert.InRange(score.Figures["days"], 400, 500));

        // An AUC far from a half would mean that a label has leaked.
        Assert.InRange(result.Figures.Single(figure => figure.Name == "auc").Mean, 0.4, 0.6);
    }

    [Fact]
    public void Serving_RawRows_GivesTheProbabilitiesOfTheTrainedFeatures()
    {
        var definition = new PipelinedDefinition(Trees, Pipeline);
        var trained = definition.Train(new TrainingRequest(Bars, null, Parameters), new RecordingObserver(), CancellationToken.None);
        Assert.Equal([-1, 4], trained.Signature.Inputs[0].Shape);

        var served = RowServing.Of(Trees, trained)!.Inputs(Bars.Rows(Bars.Count - 300, Bars.Count));

        var input = Assert.Single(served.Inputs);
        Assert.Equal(("features", 4L), (input.Name, input.Shape[1]));
        Assert.Equal(299, served.Rows[^1]);
        using var runner = new OnnxRunner(Model(trained));
        Assert.Equal("return_close,volatility_close_10,rsi_14,natr_14", runner.Metadata["feature_names"]);
    }

    [Fact]
    public void BehindFeatures_OnlyWithGivenLabels()
    {
        Assert.True(Trees.TakesFeatures);
        Assert.True(Trees.BehindFeatures(new Dictionary<string, string>()).IsBars);
        Assert.Equal(TripleBarrierStep.Columns, Trees.BehindFeatures(Parameters).Columns.Select(column => column.Name));
    }

    private static TrainedModel Train(TrainingData rows) => Trees.Train(new TrainingRequest(rows, null, Parameters), new RecordingObserver(), CancellationToken.None);

    private static byte[] Model(TrainedModel trained) => trained.Files.Single(file => file.Path == "model.onnx").Content;

    private static int FitDays(TrainedModel trained) => int.Parse(trained.Tags["labelled_fit_days"], CultureInfo.InvariantCulture);

    private static TrainingData With(TrainingData rows, string column, Func<int, double> value) =>
        new(rows.Times, [.. rows.Columns.Select(had => had.Name == column ? DataColumn.Of(column, [.. Enumerable.Range(0, rows.Count).Select(value)]) : had)]);
}
