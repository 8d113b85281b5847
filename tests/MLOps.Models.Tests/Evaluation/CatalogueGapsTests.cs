using MLOps.Models.Catalog;
using MLOps.Models.Data;
using MLOps.Models.Evaluation;

namespace MLOps.Models.Tests.Evaluation;

/// <summary>What the catalogue's models make of rows that were taken out in between: some heed it, the others say why they cannot.</summary>
public sealed class CatalogueGapsTests
{
    private static readonly ModelCatalog Catalog = new();

    /// <summary>A price that is this many times higher gives the same returns to the last bit.</summary>
    private const double Scale = 4;

    public static TheoryData<string> Unbroken => [.. Catalog.Definitions.Where(model => model.Continuity.Use == RowUse.Unbroken).Select(model => model.Id)];

    public static TheoryData<string> Heeding => [.. Catalog.Definitions.Where(model => model.Continuity.Use != RowUse.Unbroken).Select(model => model.Id)];

    /// <summary>Models whose windows, means or intervals must lie within a piece.</summary>
    public static TheoryData<string> WithWindows => ["har-rv", "lstm-volatility", "anomaly-autoencoder", "patch-transformer", "order-flow-impact", "var-calculator", "market-embedding-tcn", "vae-embedding", "transformer-embedding"];

    [Theory]
    [MemberData(nameof(Unbroken))]
    public void Check_ModelThatNeedsItsRowsUnbroken_IsRefusedByNameWithItsReason(string id)
    {
        var definition = Catalog.Find(id)!;
        foreach (var kind in Enum.GetValues<CrossValidationMethod>())
        {
            var refusal = Assert.Throws<ModelTrainingException>(() => new CrossValidationPlan(kind).Check(definition, new Dictionary<string, string>()));
            Assert.Contains($"'{id}'", refusal.Message, StringComparison.Ordinal);
            Assert.Contains(definition.Continuity.Reason!, refusal.Message, StringComparison.Ordinal);
            Assert.Contains("Use expanding or rolling", refusal.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Heeding))]
    public void PurgedKFold_OfEveryModelThatHeedsGaps_ScoresEveryBlockBesideItsBaseline(string id)
    {
        var definition = Catalog.Find(id)!;
        var result = ModelEvaluation.Evaluate(
            definition, RowsOf(id), ParametersOf(definition), new CrossValidationPlan(CrossValidationMethod.PurgedKFold, Folds: 3), new RecordingObserver(), CancellationToken.None);

        Assert.Equal([1, 2, 3], result.Scores.Select(score => score.Fold.Block));
        Assert.All(result.Figures, figure => Assert.True(double.IsFinite(figure.Mean), figure.Name));
        Assert.Contains(result.Figures, figure => figure.BaselineOf is not null);
    }

    [Theory]
    [MemberData(nameof(WithWindows))]
    public void Train_RowsOfTheTestBlockAreNonsense_FitsTheSameModel(string id)
    {
        var definition = Catalog.Find(id)!;
        var data = RowsOf(id);
        var fold = new CrossValidationPlan(CrossValidationMethod.PurgedKFold, Folds: 3, EmbargoRows: 5).Split(data)[1];
        var left = Enumerable.Range(fold.Train[0].To, fold.Train[1].From - fold.Train[0].To).ToHashSet();
        var nonsense = new TrainingData(data.Times, [.. data.Columns.Select(column => DataColumn.Of(column.Name, [.. column.Numbers!.Select((value, row) => left.Contains(row) ? -1e9 : value)]))]);

        Assert.Equal(Files(data), Files(nonsense));

        // The test is one: the rows would be refused.
        Assert.Throws<ModelTrainingException>(() => definition.Train(new TrainingRequest(nonsense, null, ParametersOf(definition)), new RecordingObserver(), CancellationToken.None));

        IEnumerable<byte[]> Files(TrainingData rows) => definition
            .Train(new TrainingRequest(rows.Rows(fold.Train), null, ParametersOf(definition)), new RecordingObserver(), CancellationToken.None)
            .Files.Select(file => file.Content);
    }

    [Theory]
    [MemberData(nameof(WithWindows))]
    public void Train_PiecesShorterThanAWindow_IsRefusedWithTheReason(string id)
    {
        var definition = Catalog.Find(id)!;
        var data = RowsOf(id);
        RowRange[] pieces = [.. Enumerable.Range(0, data.Count / 25).Select(piece => new RowRange(25 * piece, (25 * piece) + 20))];

        var refusal = Assert.Throws<ModelTrainingException>(() => definition.Train(new TrainingRequest(data.Rows(pieces), null, ParametersOf(definition)), new RecordingObserver(), CancellationToken.None));
        Assert.Matches("without a gap|of their piece before them", refusal.Message);
    }

    [Theory]
    [MemberData(nameof(WithWindows))]
    public void PurgedKFold_BlockShorterThanAWindow_IsRefusedWithTheReason(string id)
    {
        // The first block has no history: nothing but rows behind it is known by then.
        var definition = Catalog.Find(id)!;
        var plan = new CrossValidationPlan(CrossValidationMethod.PurgedKFold, Folds: id == "order-flow-impact" ? 800 : 65);
        var refusal = Assert.Throws<ModelTrainingException>(() => ModelEvaluation.Evaluate(definition, RowsOf(id), ParametersOf(definition), plan, new RecordingObserver(), CancellationToken.None));
        Assert.Contains("Fold 1 of", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("without a gap", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("anomaly-autoencoder")]
    [InlineData("market-embedding-tcn")]
    [InlineData("vae-embedding")]
    [InlineData("var-calculator")]
    [InlineData("portfolio-optimizer")]
    [InlineData("hierarchical-risk-parity")]
    [InlineData("momentum-ranker")]
    [InlineData("boosted-trees")]
    [InlineData("drawdown-predictor")]
    public void Train_PricesOfAnotherLevelBehindAGap_ChangeNothing(string id)
    {
        var definition = Catalog.Find(id)!;
        var data = id is "boosted-trees" or "drawdown-predictor" or "anomaly-autoencoder" or "var-calculator" or "market-embedding-tcn" or "vae-embedding" ? TrainingData.FromBars(TestSeries.Sp500).Rows(2000, 3600) : TestSeries.Dow30.Rows(0, 1600);
        RowRange[] pieces = [new(0, 800), new(820, 1600)];

        var plain = Metrics(data.Rows(pieces));
        var shifted = Metrics(Raised(data, 810).Rows(pieces));
        Assert.Equal(plain.Keys, shifted.Keys);
        Assert.All(plain, metric => Assert.Equal(metric.Value, shifted[metric.Key], 1e-9 * Math.Max(1, Math.Abs(metric.Value))));

        // The test is one: without a gap the step of the price is a return like others.
        Assert.NotEqual(plain, Metrics(Raised(data, 810)));

        IReadOnlyDictionary<string, double> Metrics(TrainingData rows) =>
            definition.Train(new TrainingRequest(rows, null, ParametersOf(definition)), new RecordingObserver(), CancellationToken.None).Metrics;
    }

    [Fact]
    public void Combinatorial_APortfolio_HasASharpeRatioForEachPath()
    {
        var result = ModelEvaluation.Evaluate(
            Catalog.Find("hierarchical-risk-parity")!,
            TestSeries.Dow30.Rows(0, 1200),
            new Dictionary<string, string>(),
            new CrossValidationPlan(CrossValidationMethod.CombinatorialPurged, Folds: 6, TestGroups: 2),
            new RecordingObserver(),
            CancellationToken.None);

        Assert.Equal(30, result.Scores.Count);
        Assert.Equal(5, result.Paths.Count);
        double[] ratios = [.. result.Paths.Select(path => path.Sharpe!.Value)];
        Assert.Equal(5, ratios.Distinct().Count());
        var summary = result.PathFigures.Single(figure => figure.Name == PathSummary.Sharpe);
        Assert.Equal((ratios.Min(), ratios.Order().ElementAt(2), ratios.Max()), (summary.Minimum, summary.Median, summary.Maximum));

        // Dow 30, 1991-1995: every path rose.
        Assert.InRange(summary.Minimum, 0.01, 0.2);
    }

    private static TrainingData RowsOf(string id) => id switch
    {
        "boosted-trees" => TrainingData.FromBars(TestSeries.Sp500).Rows(2000, 3900),
        "momentum-ranker" => TestSeries.Dow30.Rows(0, 2000),
        _ => CatalogueRows.Of(id),
    };

    private static Dictionary<string, string> ParametersOf(IModelDefinition definition)
    {
        var parameters = CatalogueRows.Parameters(definition);
        if (definition.Id == "var-calculator")
        {
            // A block without history must be longer than a window; and its decay is fitted on all pieces.
            (parameters["window"], parameters["decay"], parameters["method"]) = ("100", "0", "ewma-student-t");
        }

        return parameters;
    }

    private static TrainingData Raised(TrainingData data, int from) => new(
        data.Times,
        [.. data.Columns.Select(column => column.Name == "volume" ? column : DataColumn.Of(column.Name, [.. column.Numbers!.Select((price, row) => row < from ? price : price * Scale)]))]);
}
