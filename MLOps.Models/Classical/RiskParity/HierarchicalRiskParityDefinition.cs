using System.Globalization;
using MathNet.Numerics.LinearAlgebra;
using MLOps.Models.Catalog;
using MLOps.Models.Classical.Portfolio;
using MLOps.Models.Data;
using MLOps.Models.Onnx;

namespace MLOps.Models.Classical.RiskParity;

/// <summary>Card 24: hierarchical risk parity over a panel of closes; what is served is the bisection of the trained tree, for any covariance of the same assets.</summary>
internal sealed class HierarchicalRiskParityDefinition : IModelDefinition
{
    private const string ParametersFile = "parameters.json";
    private const string LinkageName = "linkage";
    private const string Distance = "distance";
    private const string CostBasisPoints = "cost_bp";
    private const int MinimumAssets = 2;
    private const int MinimumRows = 30;

    public string Id => "hierarchical-risk-parity";

    public string Name => "Hierarchical Risk Parity";

    public string Category => "Strategy Allocation";

    public string Description =>
        "Long-only weights of sum 1 that share risk down a tree of correlations, without inverting the covariance (López de Prado 2016). "
        + "Served: send covariances sigma [B,n,n] of the trained assets in their order and get w [B,n] by the trained tree; weights and tree of the training are in parameters.json.";

    public IReadOnlyList<HyperParameter> HyperParameters { get; } =
    [
        HyperParameterOf.Choice(LinkageName, ["single", "complete", "average", "ward"], "How far two clusters are from each other: nearest members, farthest, mean over pairs, or the increase of the sum of squares."),
        HyperParameterOf.Choice(Distance, ["correlation", "columns"], "How far two assets are from each other: √((1−ρ)/2), or the Euclidean distance between two columns of that matrix, as in the paper."),
        HyperParameterOf.RealNumber(CostBasisPoints, 10, 0, 1_000, "Cost of trading in basis points of the traded amount, for the evaluation."),
    ];

    public DataNeeds Data { get; } = DataNeeds.Assets(MinimumAssets, "daily closes");

    public RowContinuity Continuity => RowContinuity.Pieces;

    public int? LabelHorizon(IReadOnlyDictionary<string, string> parameters) => 0;

    public ModelSignature Signature { get; } = new(
        [new TensorSpec(RiskParityGraph.Input, "float64", [-1, -1, -1])],
        [new TensorSpec(RiskParityGraph.Output, "float64", [-1, -1])]);

    public TrainedModel Train(TrainingRequest request, ITrainingObserver observer, CancellationToken cancellationToken)
    {
        var parameters = HyperParameterValues.Parse(HyperParameters, request.Parameters);
        var panel = AssetPanel.From(TrainingRows.SelectTable(request, MinimumRows), MinimumAssets);
        var returns = panel.LogReturns();
        observer.OnProgress(0, $"Clustering {panel.Assets.Count} assets over {returns.Length} daily returns");
        var covariance = Covariance.Sample(returns);
        CheckVariances(panel, covariance);
        var parity = Fit(covariance, parameters);
        for (var k = 0; k < parity.Merges.Count; k++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            observer.OnMetrics(k + 1, [KeyValuePair.Create("merge_distance", parity.Merges[k].Distance)]);
        }

        observer.OnProgress(0.5, "Exporting and checking ONNX");
        var conventions = Conventions(panel, parameters);
        var metadata = new Dictionary<string, string>(conventions)
        {
            ["model_type"] = Id,
            ["feature_names"] = string.Join(',', panel.Assets),
            ["order"] = string.Join(',', parity.Order.Select(asset => panel.Assets[asset])),
        };
        var model = OnnxModelFile.Write(RiskParityGraph.Build(parity.Order), Description, metadata);
        var difference = CheckGraph(model, covariance, parity);
        var n = panel.Assets.Count;
        observer.OnProgress(1, string.Create(CultureInfo.InvariantCulture, $"Weights from {parity.Weights.Min():P2} to {parity.Weights.Max():P2}"));
        return new TrainedModel(
            [
                new ModelFile("model.onnx", model),
                new ModelFile(ParametersFile, JsonContent.Write(new RiskParityFile(
                    returns.Length, panel.Assets, parity.Order, parity.Weights, parity.Merges, covariance.ToRowArrays(), parameters.RealNumber(CostBasisPoints), conventions))),
            ],
            new ModelSignature([new TensorSpec(RiskParityGraph.Input, "float64", [-1, n, n])], [new TensorSpec(RiskParityGraph.Output, "float64", [-1, n])]),
            parameters.AsText,
            Metrics(covariance, parity, difference),
            null,
            new Dictionary<string, string>(conventions) { ["observations"] = returns.Length.ToString(CultureInfo.InvariantCulture) });
    }

    public IReadOnlyDictionary<string, double> Evaluate(TrainedModel model, TrainingData data, int from, int to, CancellationToken cancellationToken)
    {
        var file = JsonContent.Read<RiskParityFile>(model.File(ParametersFile));
        using var runner = model.Open("model.onnx");
        var covariance = Matrix<double>.Build.DenseOfRowArrays(file.Covariance);
        return PanelScore.Of(data, from, to, file.Assets, Served(runner, covariance), file.CostBasisPoints, model.Observer, new Dictionary<string, IReadOnlyList<double>>
        {
            ["inverse_variance"] = InverseVariance(covariance),
        });
    }

    private static HierarchicalRiskParity Fit(Matrix<double> covariance, HyperParameterValues parameters) => HierarchicalRiskParity.Of(
        covariance,
        parameters.Text(LinkageName) switch
        {
            "complete" => Linkage.Farthest,
            "average" => Linkage.Mean,
            "ward" => Linkage.Ward,
            _ => Linkage.Nearest,
        },
        parameters.Text(Distance) == "columns" ? AssetDistance.Columns : AssetDistance.Correlation);

    private static void CheckVariances(AssetPanel panel, Matrix<double> covariance)
    {
        var still = covariance.Diagonal().MinimumIndex();
        if (covariance[still, still] <= 0)
        {
            throw new ModelTrainingException($"The column '{panel.Assets[still]}' never changes: an asset without risk cannot share it. Remove the column.");
        }
    }

    private static Dictionary<string, string> Conventions(AssetPanel panel, HyperParameterValues parameters)
    {
        var conventions = TrainingPeriod.Tags(panel.Dates);
        conventions["returns"] = "daily ln(close[t]/close[t-1])";
        conventions["covariance"] = "sample, divisor T-1";
        conventions["distance"] = parameters.Text(Distance) == "columns" ? "Euclidean between columns of sqrt((1-rho)/2)" : "sqrt((1-rho)/2)";
        conventions["linkage"] = parameters.Text(LinkageName);
        conventions["bisection"] = "halves of the order, the left one shorter; groups by inverse variance";
        return conventions;
    }

    private static double[] InverseVariance(Matrix<double> covariance)
    {
        var inverses = covariance.Diagonal().Map(variance => 1 / variance);
        return [.. inverses / inverses.Sum()];
    }

    private static Dictionary<string, double> Metrics(Matrix<double> covariance, HierarchicalRiskParity parity, double difference) => new()
    {
        ["risk"] = Risk(covariance, parity.Weights),
        ["risk_equal_weight"] = Risk(covariance, [.. parity.Weights.Select(_ => 1.0 / parity.Weights.Count)]),
        ["risk_inverse_variance"] = Risk(covariance, InverseVariance(covariance)),
        ["effective_assets"] = 1 / parity.Weights.Sum(weight => weight * weight),
        ["onnx_max_difference"] = difference,
    };

    private static double Risk(Matrix<double> covariance, IReadOnlyList<double> weights)
    {
        var vector = Vector<double>.Build.DenseOfEnumerable(weights);
        return Math.Sqrt(vector * covariance * vector);
    }

    /// <summary>On the training's covariance, and on its diagonal alone.</summary>
    private static double CheckGraph(byte[] model, Matrix<double> covariance, HierarchicalRiskParity parity)
    {
        using var runner = new OnnxRunner(model);
        var diagonal = Matrix<double>.Build.DenseOfDiagonalVector(covariance.Diagonal());
        return Math.Max(
            OnnxParity.Check(RiskParityGraph.Output, [.. parity.Weights], Served(runner, covariance), OnnxParity.Float64Tolerance),
            OnnxParity.Check(RiskParityGraph.Output, HierarchicalRiskParity.Bisect(diagonal, parity.Order), Served(runner, diagonal), OnnxParity.Float64Tolerance));
    }

    private static double[] Served(OnnxRunner runner, Matrix<double> covariance) => runner.Run<double>(
        [(RiskParityGraph.Input, [.. covariance.ToRowArrays().SelectMany(row => row)], [1, covariance.RowCount, covariance.ColumnCount])],
        [RiskParityGraph.Output])[0];
}
