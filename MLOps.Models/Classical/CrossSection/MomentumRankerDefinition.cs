using System.Globalization;
using MLOps.Models.Catalog;
using MLOps.Models.Data;
using MLOps.Models.Onnx;

namespace MLOps.Models.Classical.CrossSection;

/// <summary>Card 28: ranks assets against each other by what their past returns say of the next month.</summary>
internal sealed class MomentumRankerDefinition : IModelDefinition
{
    private const string ParametersFile = "parameters.json";
    private const string Method = "method";
    private const string Horizon = "horizon";
    private const string Step = "step";
    private const string Penalty = "l2";
    private const string Epochs = "epochs";
    private const string LearningRate = "learning_rate";
    private const string Top = "top";
    private const string CostBasisPoints = "cost_bp";
    private const int MinimumAssets = 5;

    /// <summary>Cross-sections without which there is nothing to fit.</summary>
    private const int MinimumPeriods = 6;

    public string Id => "momentum-ranker";

    public string Name => "Cross-sectional Momentum Ranker";

    public string Category => "Signals";

    public string Description =>
        "Ranks the assets of one day against each other by momentum over several spans, short-term reversal and volatility, with weights learnt by ridge regression or LambdaRank. "
        + "Served: send the raw features [N,6] of all assets on a day and get score [N] and order [N], the assets' numbers from the best to the worst. Expect little: see the card.";

    public IReadOnlyList<HyperParameter> HyperParameters { get; } =
    [
        HyperParameterOf.Choice(Method, ["ridge", "lambdarank"], "Ridge regression on the ranks of later returns, or LambdaRank (starting from ridge) on their quintiles."),
        HyperParameterOf.WholeNumber(Horizon, 21, 1, 252, "Days ahead over which returns are to be ranked, and between the days that are scored."),
        HyperParameterOf.WholeNumber(Step, 21, 1, 252, "Days between the cross-sections that are trained on; below the horizon their labels overlap."),
        HyperParameterOf.RealNumber(Penalty, 0.1, 0, 1e6, "Penalty of squared weights; features are standardised, so 1 halves what an uncorrelated feature would get from ridge."),
        HyperParameterOf.WholeNumber(Epochs, 200, 1, 10_000, "Epochs of LambdaRank over all cross-sections."),
        HyperParameterOf.RealNumber(LearningRate, 0.01, 1e-6, 1, "Step of LambdaRank (Adam)."),
        HyperParameterOf.WholeNumber(Top, 6, 1, 1_000, "Best assets that the evaluation's portfolio holds."),
        HyperParameterOf.RealNumber(CostBasisPoints, 10, 0, 1_000, "Cost of trading in basis points of the traded amount, for the evaluation."),
    ];

    public DataNeeds Data { get; } = DataNeeds.Assets(MinimumAssets, "daily closes");

    public RowContinuity Continuity => RowContinuity.Pieces;

    public int? LabelHorizon(IReadOnlyDictionary<string, string> parameters) => HyperParameterValues.Parse(HyperParameters, parameters).WholeNumber(Horizon);

    public ModelSignature Signature { get; } = new(
        [new TensorSpec("features", "float64", [-1, MomentumFeatures.Names.Count])],
        [new TensorSpec("score", "float64", [-1]), new TensorSpec("order", "int64", [-1])]);

    public TrainedModel Train(TrainingRequest request, ITrainingObserver observer, CancellationToken cancellationToken)
    {
        var parameters = HyperParameterValues.Parse(HyperParameters, request.Parameters);
        var (horizon, step) = (parameters.WholeNumber(Horizon), parameters.WholeNumber(Step));
        var atLeast = MomentumFeatures.History + horizon + ((MinimumPeriods - 1) * step) + 1;
        var panel = AssetPanel.From(TrainingRows.SelectTable(request, atLeast), MinimumAssets);
        if (parameters.WholeNumber(Top) > panel.Assets.Count)
        {
            throw new ModelTrainingException($"Hyper-parameters do not fit: '{Top}' is {parameters.Text(Top)} but there are {panel.Assets.Count} assets.");
        }

        var sections = CrossSection.Every(panel, MomentumFeatures.History, panel.Dates.Count, step, horizon);
        if (sections.Length < MinimumPeriods)
        {
            throw new ModelTrainingException(string.Create(CultureInfo.InvariantCulture, $"The rows have {sections.Length} days with {MomentumFeatures.History} rows before and {horizon} after them and no gap between, but {MinimumPeriods} are needed; give more history, or fewer gaps."));
        }

        observer.OnProgress(0, $"Ranking {panel.Assets.Count} assets on {sections.Length} days");
        var weights = Fit(sections, parameters, request.Checkpoint, observer, cancellationToken);

        observer.OnProgress(0.9, "Exporting and checking ONNX");
        var conventions = Conventions(panel, parameters);
        var metadata = new Dictionary<string, string>(conventions) { ["model_type"] = Id, ["feature_names"] = string.Join(',', MomentumFeatures.Names) };
        var model = OnnxModelFile.Write(RankerGraph.Build(weights), Description, metadata);
        var scores = sections.Select(section => CrossSection.Score(CrossSection.Standardise(section.Features), weights)).ToArray();
        using var runner = new OnnxRunner(model);
        var parity = OnnxParity.Check("score", [.. scores.SelectMany(row => row)], [.. Served(runner, sections).SelectMany(row => row)], OnnxParity.Float64Tolerance);
        var (ic, icir) = RankerScore.Information(sections, scores);
        var momentum = RankerScore.Information(sections, [.. sections.Select(section => Array.ConvertAll(section.Features, row => row[0]))]);
        observer.OnProgress(1, string.Create(CultureInfo.InvariantCulture, $"Rank IC in training {ic:F4}"));
        var file = new RankerFile(
            parameters.Text(Method), MomentumFeatures.Names, weights, horizon, parameters.WholeNumber(Top), parameters.RealNumber(CostBasisPoints), sections.Length, conventions);
        return new TrainedModel(
            [new ModelFile("model.onnx", model), new ModelFile(ParametersFile, JsonContent.Write(file))],
            Signature,
            parameters.AsText,
            new Dictionary<string, double>
            {
                ["train_rank_ic"] = ic,
                ["train_rank_ic_momentum"] = momentum.Mean,
                ["train_icir"] = icir,
                ["train_icir_momentum"] = momentum.Ratio,
                ["periods"] = sections.Length,
                ["onnx_max_difference"] = parity,
            },
            null,
            new Dictionary<string, string>(conventions) { ["observations"] = (sections.Length * panel.Assets.Count).ToString(CultureInfo.InvariantCulture) });
    }

    public IReadOnlyDictionary<string, double> Evaluate(TrainedModel model, TrainingData data, int from, int to, CancellationToken cancellationToken)
    {
        var file = JsonContent.Read<RankerFile>(model.File(ParametersFile));
        var panel = AssetPanel.From(data.Rows(0, to), MinimumAssets);
        var sections = CrossSection.Every(panel, from, to, file.Horizon, file.Horizon);
        if (sections.Length < 2)
        {
            throw new ModelTrainingException($"Rows {from} to {to} cannot be scored: at least two days of them must have {MomentumFeatures.History} rows before and {file.Horizon} after them.");
        }

        using var runner = model.Open("model.onnx");
        var (figures, returns) = RankerScore.Of(panel, sections, Served(runner, sections), file.Horizon, Math.Min(file.Top, panel.Assets.Count), file.CostBasisPoints);
        model.Observer?.OnReturns(returns);
        return figures;
    }

    private static double[] Fit(CrossSection[] sections, HyperParameterValues parameters, byte[]? checkpoint, ITrainingObserver observer, CancellationToken cancellationToken)
    {
        (double[][], double[])[] standardised = [.. sections.Select(section => (CrossSection.Standardise(section.Features), section.Forward))];
        var ridge = RidgeRanker.Fit(standardised, parameters.RealNumber(Penalty));
        if (parameters.Text(Method) == "ridge")
        {
            observer.OnMetrics(1, [KeyValuePair.Create("weight_norm", Math.Sqrt(ridge.Sum(weight => weight * weight)))]);
            return ridge;
        }

        var settings = new RankingSettings(parameters.WholeNumber(Epochs), parameters.RealNumber(LearningRate), parameters.RealNumber(Penalty));
        return new LambdaRank(settings, observer, cancellationToken).Fit(standardised, ridge, checkpoint);
    }

    private static Dictionary<string, string> Conventions(AssetPanel panel, HyperParameterValues parameters)
    {
        var conventions = TrainingPeriod.Tags(panel.Dates);
        conventions["features"] = "log returns of closes from 252, 126, 63 to 21 days ago, over 21 and 5 days; standard deviation of 63 daily log returns; raw, standardised over the assets in the graph (divisor N)";
        conventions["label"] = $"rank of the log return over the next {parameters.Text(Horizon)} days, which lie within the training days";
        conventions["cross_sections"] = $"every {parameters.Text(Step)} days";
        return conventions;
    }

    private static double[][] Served(OnnxRunner runner, CrossSection[] sections) =>
        [.. sections.Select(section => runner.Run<double>(
            [("features", [.. section.Features.SelectMany(row => row)], [section.Features.Length, MomentumFeatures.Names.Count])], ["score"], [section.Day])[0])];
}
