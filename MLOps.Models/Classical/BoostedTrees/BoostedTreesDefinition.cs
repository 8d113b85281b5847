using System.Globalization;
using MLOps.Models.Catalog;
using MLOps.Models.Data;
using MLOps.Models.Features;
using MLOps.Models.Features.Pipelines;
using MLOps.Models.Onnx;

namespace MLOps.Models.Classical.BoostedTrees;

/// <summary>Card 22: gradient-boosted trees on twenty features, labelled by the triple barrier.</summary>
internal sealed class BoostedTreesDefinition : IRowModel
{
    private const int MinimumRows = 600;
    private const int MonitoredFeatures = 5;
    private const string ParametersName = "parameters.json";
    private const string ValidationFraction = "validation_fraction";

    public string Id => "boosted-trees";

    public string Name => "Gradient-boosted Classifier";

    public string Category => "Signals";

    public string Description =>
        "Probability that the close meets its upper barrier before its lower one, from twenty features of the day: gradient-boosted trees on triple-barrier labels weighted by their uniqueness. "
        + "Other labels to choose: tomorrow's direction, and high volatility of the coming days. With label=given it is trained behind a feature pipeline, on its features, labels, weights and label ends.";

    public IReadOnlyList<HyperParameter> HyperParameters { get; } =
    [
        .. SignalLabelling.Declared,
        .. BoostingSettings.Declared,
        HyperParameterOf.RealNumber(ValidationFraction, 0.2, 0.05, 0.5, "Last part of the training days; it decides how many trees are kept. Labels that reach into it are left out of the fit."),
    ];

    public DataNeeds Data => DataNeeds.Bars;

    /// <summary>With label=given.</summary>
    public bool TakesFeatures => true;

    public RowContinuity Continuity => RowContinuity.Pieces;

    public DataNeeds BehindFeatures(IReadOnlyDictionary<string, string> parameters) => SignalLabelling.From(HyperParameterValues.Parse(HyperParameters, parameters)).IsGiven
        ? DataNeeds.Table("Features, and the label of a pipeline with its weight and end.", TripleBarrierStep.Columns)
        : Data;

    public int? LabelHorizon(IReadOnlyDictionary<string, string> parameters) => SignalLabelling.From(HyperParameterValues.Parse(HyperParameters, parameters)).Reach;

    public ModelSignature Signature { get; } = new(
        [new TensorSpec(BoostedTreesGraph.Input, "float32", [-1, SignalFeatures.Names.Count])],
        [new TensorSpec(BoostedTreesGraph.Output, "float32", [-1, 1])]);

    public TrainedModel Train(TrainingRequest request, ITrainingObserver observer, CancellationToken cancellationToken)
    {
        var parameters = HyperParameterValues.Parse(HyperParameters, request.Parameters);
        var (settings, labelling) = (BoostingSettings.From(parameters), SignalLabelling.From(parameters));
        var data = TrainingRows.SelectTable(request, MinimumRows);
        if (!labelling.IsGiven)
        {
            CheckBars(data);
        }

        var days = data.Count;
        observer.OnProgress(0.02, $"Labelling {days} days ({labelling.Kind})");
        var rows = SignalRows.Of(data, labelling);
        var split = days - (int)(days * parameters.RealNumber(ValidationFraction));
        var fitLabels = Enough(rows.EndingBefore(split), "fit");
        var threshold = labelling.Threshold(fitLabels);
        var fit = BothClasses(rows.Weighted(fitLabels, threshold), "fit");
        var validation = BothClasses(rows.Weighted(Enough(rows.StartingFrom(split), "validation"), threshold), "validation");

        var model = new GradientBoosting(settings, observer, cancellationToken).Train(fit, validation, request.Checkpoint);

        observer.OnProgress(0.92, "Exporting and checking ONNX");
        var tags = Tags(rows, split, labelling, fit, settings);
        var graph = OnnxModelFile.Write(BoostedTreesGraph.Build(model, rows.Names.Count), Description, tags);
        var parity = CheckParity(graph, model, [.. fit.Features, .. validation.Features]);
        var metrics = SignalScore.Figures(
            "val_",
            SignalScore.Of(model.Predict(validation.Features), validation),
            SignalScore.Of(LogisticSignal.Predict(fit, validation), validation),
            PriorLogLoss(fit, validation));
        metrics["val_base_rate"] = Share(validation.Labels);
        metrics["trees"] = model.Trees.Count;
        metrics["onnx_max_difference"] = parity;
        observer.OnProgress(1, string.Create(CultureInfo.InvariantCulture, $"Validation AUC {metrics["val_auc"]:F3} with {model.Trees.Count} trees"));
        return new TrainedModel(
            [new ModelFile("model.onnx", graph), new ModelFile(ParametersName, BoostedTreesFile.Write(model, labelling, threshold, rows.Names))],
            Signature with { Inputs = [Signature.Inputs[0] with { Shape = [-1, rows.Names.Count] }] },
            parameters.AsText,
            metrics,
            Monitored(rows),
            tags);
    }

    public IReadOnlyDictionary<string, double> Evaluate(TrainedModel model, TrainingData data, int from, int to, CancellationToken cancellationToken)
    {
        var (labelling, threshold, _) = BoostedTreesFile.Read(model.File(ParametersName));
        var rows = SignalRows.Of(data.Rows(0, to), labelling);
        var before = BothClasses(rows.Weighted(Enough(rows.EndingBefore(from), "earlier"), threshold), "earlier");
        var scoredLabels = Enough(rows.StartingFrom(from), "scored");
        var scored = BothClasses(rows.Weighted(scoredLabels, threshold), "scored");
        using var runner = model.Open("model.onnx");
        var figures = SignalScore.Figures(
            "",
            SignalScore.Of(Served(runner, scored.Features, scoredLabels.Select(label => label.Span.Start)), scored),
            SignalScore.Of(LogisticSignal.Predict(before, scored), scored),
            PriorLogLoss(before, scored));
        figures["base_rate"] = Share(scored.Labels);
        figures["days"] = scored.Labels.Length;
        return figures;
    }

    public IReadOnlyList<string> Reads(TrainedModel model) => GivenFeatures(model) ?? [.. Data.Columns.Select(column => column.Name)];

    public ServedRows Serve(TrainedModel model, TrainingData rows)
    {
        if (GivenFeatures(model) is { } names)
        {
            return ServedRows.Windows(
                BoostedTreesGraph.Input,
                [.. SignalRows.FeaturesOf(rows, names).Select(row => Array.ConvertAll(row, value => (float)value))],
                [.. Enumerable.Range(0, rows.Count)],
                1,
                names.Count);
        }

        var features = SignalFeatures.Compute(TrainingRows.Bars(rows)).Rows;
        return ServedRows.Windows(
            BoostedTreesGraph.Input,
            [.. features.Select(day => Array.ConvertAll(day, value => (float)value))],
            [.. Enumerable.Range(SignalFeatures.Lookback, features.Count)],
            SignalFeatures.Lookback + 1,
            SignalFeatures.Names.Count);
    }

    private static IReadOnlyList<SignalLabel> Enough(IReadOnlyList<SignalLabel> labels, string part) => labels.Count >= 2
        ? labels
        : throw new ModelTrainingException($"Only {labels.Count} of the {part} rows have a label that ends within the rows (the first {SignalLabelling.VolatilitySpan} have none): give more rows or a shorter horizon.");

    private static WeightedRows BothClasses(WeightedRows rows, string part) => rows.Labels.Distinct().Count() == 2
        ? rows
        : throw new ModelTrainingException($"All {rows.Labels.Length} {part} rows have the same label; nothing can be told apart. Give more rows or other barriers.");

    /// <summary>What always saying the fit rows' share would score.</summary>
    private static double PriorLogLoss(WeightedRows fit, WeightedRows scored)
    {
        var prior = fit.PositiveShare;
        return BinaryLogLoss.OfProbabilities([.. scored.Labels.Select(_ => prior)], scored);
    }

    private static double Share(bool[] labels) => (double)labels.Count(label => label) / labels.Length;

    private static double CheckParity(byte[] graph, BoostedTreesModel model, IReadOnlyList<float[]> rows)
    {
        using var runner = new OnnxRunner(graph);
        return OnnxParity.Check(BoostedTreesGraph.Output, model.Predict(rows), Served(runner, rows), OnnxParity.Float32Tolerance);
    }

    /// <summary>Of a model whose labels were given, the features that it learnt from; null: it makes its own.</summary>
    private static IReadOnlyList<string>? GivenFeatures(TrainedModel model) => model.Parameters.TryGetValue(SignalLabelling.Parameter, out var kind) && kind == SignalLabelling.GivenKind
        ? BoostedTreesFile.Read(model.File(ParametersName)).Features
        : null;

    private static double[] Served(OnnxRunner runner, IReadOnlyList<float[]> rows, IEnumerable<int>? days = null)
    {
        var flat = runner.Run<float>([(BoostedTreesGraph.Input, [.. rows.SelectMany(row => row)], [rows.Count, rows[0].Length])], [BoostedTreesGraph.Output], days)[0];
        return Array.ConvertAll(flat, p => (double)p);
    }

    /// <summary>One day's own facts are watched; the looking-back features repeat them with long memory. Of a pipeline's the first few; without dates none.</summary>
    private static MonitoredFeatures? Monitored(SignalRows rows) => rows.Dates is not { } dates
        ? null
        : new(
            [.. rows.Names.Take(MonitoredFeatures).Select((name, index) => new MonitoredFeature(name, BoostedTreesGraph.Input, index))],
            [.. rows.Featured.Select(day => dates[day])],
            [.. rows.Featured.Select(day => rows.Features(day)[..Math.Min(MonitoredFeatures, rows.Names.Count)])]);

    /// <exception cref="ModelTrainingException">A bar does not fit; the message names it.</exception>
    private static void CheckBars(TrainingData bars)
    {
        foreach (var part in bars.Parts())
        {
            TrainingRows.Bars(part);
        }
    }

    private static string Day(SignalRows rows, int day) => rows.Dates is { } dates ? TimeText.Of(dates[day]) : string.Create(CultureInfo.InvariantCulture, $"row {day}");

    private Dictionary<string, string> Tags(SignalRows rows, int split, SignalLabelling labelling, WeightedRows fit, BoostingSettings settings) => new()
    {
        ["model_type"] = Id,
        ["feature_names"] = string.Join(',', rows.Names),
        ["label"] = labelling.Kind,
        ["conventions"] = labelling.IsGiven
            ? "labels, weights and label ends of the feature pipeline (features.json); positive is a label above 0"
            : string.Create(CultureInfo.InvariantCulture, $"barriers +{labelling.Gain}/-{labelling.Loss} daily volatilities (unbiased, exponential, span {SignalLabelling.VolatilitySpan}), closes, inclusive, at most {labelling.Horizon} days, then the sign of the return; weights: average uniqueness"),
        ["labelled_fit_days"] = fit.Labels.Length.ToString(CultureInfo.InvariantCulture),
        ["training_start"] = Day(rows, 0),
        ["training_end"] = Day(rows, rows.Days - 1),
        ["fit_end"] = Day(rows, split - 1),
        ["seed"] = settings.Seed.ToString(CultureInfo.InvariantCulture),
    };
}
