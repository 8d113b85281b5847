using System.Globalization;
using MathNet.Numerics.LinearAlgebra;
using MLOps.Models.Catalog;
using MLOps.Models.Data;
using MLOps.Models.Onnx;

namespace MLOps.Models.Classical.Portfolio;

/// <summary>Card 9: mean-variance portfolios. The frontier is found exactly by the critical line; what is served finds any of its portfolios by projected-gradient steps.</summary>
internal sealed class PortfolioOptimizerDefinition : IModelDefinition
{
    private const string ParametersFile = "parameters.json";
    private const string Objective = "objective";
    private const string RiskTolerance = "risk_tolerance";
    private const string CovarianceKind = "covariance";
    private const string MinimumWeight = "min_weight";
    private const string MaximumWeight = "max_weight";
    private const string Steps = "steps";
    private const string CostBasisPoints = "cost_bp";
    private const int MinimumAssets = 2;
    private const int MinimumRows = 30;

    /// <summary>Largest difference of a weight between the graph's steps and the exact frontier at export.</summary>
    private const double ExactTolerance = 1e-6;

    public string Id => "portfolio-optimizer";

    public string Name => "Portfolio Optimizer";

    public string Category => "Strategy Allocation";

    public string Description =>
        "Mean-variance weights of sum 1 within bounds: they minimise ½w'Σw − λμ'w. Training estimates μ and Σ of daily log returns and traces the whole efficient frontier exactly (critical line; parameters.json). "
        + "Served: send mu [n], sigma [n,n] and lambda [1], yours or those of parameters.json in the columns' order, and get w [n] and how far the last step moved a weight, moved [1]: above 1e-9 the steps did not suffice.";

    public IReadOnlyList<HyperParameter> HyperParameters { get; } =
    [
        HyperParameterOf.Choice(Objective, ["min-variance", "max-sharpe", "risk-tolerance"], "Which portfolio of the frontier is scored and stored as weights; risk-tolerance takes the one of risk_tolerance."),
        HyperParameterOf.RealNumber(RiskTolerance, 0.1, 0, 1e6, "λ of the objective risk-tolerance: how much variance a unit of expected return is worth; 0 is the minimum variance."),
        HyperParameterOf.Choice(CovarianceKind, ["sample", "ledoit-wolf"], "Estimate of the covariance: sample (divisor T−1), or drawn towards the identity (Ledoit and Wolf 2004), which also works with fewer days than assets."),
        HyperParameterOf.RealNumber(MinimumWeight, 0, -1, 1, "Least weight of every asset; negative allows short positions."),
        HyperParameterOf.RealNumber(MaximumWeight, 1, 0, 2, "Largest weight of every asset."),
        HyperParameterOf.WholeNumber(Steps, 20_000, 10, 1_000_000, "Projected-gradient steps of the served graph after which it gives up."),
        HyperParameterOf.RealNumber(CostBasisPoints, 10, 0, 1_000, "Cost of trading in basis points of the traded amount, for the evaluation."),
    ];

    public DataNeeds Data { get; } = DataNeeds.Assets(MinimumAssets, "daily closes");

    public RowContinuity Continuity => RowContinuity.Pieces;

    public int? LabelHorizon(IReadOnlyDictionary<string, string> parameters) => 0;

    public ModelSignature Signature { get; } = new(
        [new TensorSpec("mu", "float64", [-1]), new TensorSpec("sigma", "float64", [-1, -1]), new TensorSpec("lambda", "float64", [1])],
        [new TensorSpec("w", "float64", [-1]), new TensorSpec("moved", "float64", [1])]);

    public TrainedModel Train(TrainingRequest request, ITrainingObserver observer, CancellationToken cancellationToken)
    {
        var parameters = HyperParameterValues.Parse(HyperParameters, request.Parameters);
        var panel = AssetPanel.From(TrainingRows.SelectTable(request, MinimumRows), MinimumAssets);
        var returns = panel.LogReturns();
        var box = Box(parameters, panel.Assets.Count);
        observer.OnProgress(0, $"Tracing the frontier of {panel.Assets.Count} assets over {returns.Length} daily returns");

        var (mean, covariance) = (Covariance.Means(returns), parameters.Text(CovarianceKind) == "sample" ? Covariance.Sample(returns) : Covariance.LedoitWolf(returns));
        var line = Frontier(mean, covariance, box);
        for (var k = 0; k < line.TurningPoints.Count; k++)
        {
            var point = line.TurningPoints[k];
            observer.OnMetrics(k + 1, [KeyValuePair.Create("return", point.Return), KeyValuePair.Create("risk", point.Risk)]);
            cancellationToken.ThrowIfCancellationRequested();
        }

        observer.OnProgress(0.5, "Exporting and checking ONNX");
        var chosen = Choose(line, parameters);
        var conventions = Conventions(panel, parameters);
        var metadata = new Dictionary<string, string>(conventions) { ["model_type"] = Id, ["feature_names"] = string.Join(',', panel.Assets) };
        var steps = parameters.WholeNumber(Steps);
        var model = OnnxModelFile.Write(PortfolioGraph.Build(box, steps), Description, metadata);
        var (parity, exact) = CheckGraph(model, line, covariance, mean, box, steps, chosen.Lambda, cancellationToken);
        observer.OnProgress(1, string.Create(CultureInfo.InvariantCulture, $"{line.TurningPoints.Count} turning points"));
        var file = new PortfolioFile(
            returns.Length,
            parameters.Text(Objective),
            chosen.Lambda,
            panel.Assets,
            chosen.Weights,
            mean,
            covariance.ToRowArrays(),
            line.MinimumVariance,
            line.MaximumSharpe(),
            line.TurningPoints,
            parameters.RealNumber(CostBasisPoints),
            conventions);
        return new TrainedModel(
            [new ModelFile("model.onnx", model), new ModelFile(ParametersFile, JsonContent.Write(file))],
            Signature,
            parameters.AsText,
            Metrics(line, chosen, mean, covariance, parity, exact),
            null,
            new Dictionary<string, string>(conventions) { ["observations"] = returns.Length.ToString(CultureInfo.InvariantCulture) });
    }

    public IReadOnlyDictionary<string, double> Evaluate(TrainedModel model, TrainingData data, int from, int to, CancellationToken cancellationToken)
    {
        var file = JsonContent.Read<PortfolioFile>(model.File(ParametersFile));
        using var runner = model.Open("model.onnx");
        var weights = Served(runner, file.Mean, [.. file.Covariance.SelectMany(row => row)], file.Lambda);
        return PanelScore.Of(data, from, to, file.Assets, weights, file.CostBasisPoints, model.Observer);
    }

    private static BudgetBox Box(HyperParameterValues parameters, int assets)
    {
        var box = new BudgetBox(parameters.RealNumber(MinimumWeight), parameters.RealNumber(MaximumWeight));
        return box.Lower <= box.Upper && box.Lower * assets <= 1 + 1e-12 && box.Upper * assets >= 1 - 1e-12
            ? box
            : throw new ModelTrainingException(string.Create(
                CultureInfo.InvariantCulture,
                $"Hyper-parameters do not fit: '{MinimumWeight}' is {box.Lower} and '{MaximumWeight}' is {box.Upper}, but {assets} weights of sum 1 need min_weight ≤ 1/{assets} ≤ max_weight."));
    }

    private static CriticalLine Frontier(double[] mean, Matrix<double> covariance, BudgetBox box)
    {
        try
        {
            return new CriticalLine(mean, covariance, [.. mean.Select(_ => box.Lower)], [.. mean.Select(_ => box.Upper)]);
        }
        catch (NotPositiveDefiniteException exception)
        {
            throw new ModelTrainingException($"{exception.Message} The hyper-parameter {CovarianceKind}=ledoit-wolf is such a one.", exception);
        }
    }

    private static FrontierPortfolio Choose(CriticalLine line, HyperParameterValues parameters) => parameters.Text(Objective) switch
    {
        "min-variance" => line.MinimumVariance,
        "max-sharpe" => line.MaximumSharpe(),
        _ => line.At(parameters.RealNumber(RiskTolerance)),
    };

    private static Dictionary<string, string> Conventions(AssetPanel panel, HyperParameterValues parameters)
    {
        var conventions = TrainingPeriod.Tags(panel.Dates);
        conventions["objective"] = "minimise 0.5*w'*sigma*w - lambda*mu'*w, sum(w) = 1";
        conventions["bounds"] = $"{parameters.Text(MinimumWeight)} <= w <= {parameters.Text(MaximumWeight)}";
        conventions["returns"] = "mu and sigma of daily ln(close[t]/close[t-1])";
        conventions["covariance"] = parameters.Text(CovarianceKind) == "sample" ? "sample, divisor T-1" : "Ledoit-Wolf 2004, divisor T";
        return conventions;
    }

    private static Dictionary<string, double> Metrics(CriticalLine line, FrontierPortfolio chosen, double[] mean, Matrix<double> covariance, double parity, double exact)
    {
        var equal = Vector<double>.Build.Dense(mean.Length, 1.0 / mean.Length);
        var equalRisk = Math.Sqrt(equal * covariance * equal);
        return new()
        {
            ["turning_points"] = line.TurningPoints.Count,
            ["risk"] = chosen.Risk,
            ["return"] = chosen.Return,
            ["sharpe"] = chosen.Sharpe,
            ["min_variance_risk"] = line.MinimumVariance.Risk,
            ["max_sharpe"] = line.MaximumSharpe().Sharpe,
            ["risk_equal_weight"] = equalRisk,
            ["sharpe_equal_weight"] = mean.Average() / equalRisk,
            ["onnx_max_difference"] = parity,
            ["onnx_frontier_difference"] = exact,
        };
    }

    /// <summary>Along the frontier the graph is held against the same steps in the trainer, and both against the exact weights.</summary>
    private static (double Parity, double Exact) CheckGraph(
        byte[] model, CriticalLine line, Matrix<double> covariance, double[] mean, BudgetBox box, int steps, double chosen, CancellationToken cancellationToken)
    {
        using var runner = new OnnxRunner(model);
        double[] flat = [.. covariance.ToRowArrays().SelectMany(row => row)];
        var (parity, exact) = (0.0, 0.0);
        foreach (var lambda in Along(line).Append(chosen).Distinct())
        {
            cancellationToken.ThrowIfCancellationRequested();
            var served = Served(runner, mean, flat, lambda);
            parity = Math.Max(parity, OnnxParity.Check("w", ProjectedGradient.Minimise(covariance, mean, lambda, box, steps).Weights, served, OnnxParity.Float64Tolerance));
            var difference = served.Zip(line.At(lambda).Weights, (a, b) => Math.Abs(a - b)).Max();
            if (!(difference <= ExactTolerance))
            {
                throw new ModelTrainingException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"At λ = {lambda:R} the graph's weights are {difference:E2} from the exact frontier after {steps} steps; raise '{Steps}', or take a covariance that is conditioned better ({CovarianceKind}=ledoit-wolf)."));
            }

            exact = Math.Max(exact, difference);
        }

        return (parity, exact);
    }

    /// <summary>The least variance, and the middle of a few pieces of the frontier.</summary>
    private static IEnumerable<double> Along(CriticalLine line)
    {
        double[] lambdas = [.. line.TurningPoints.Select(point => point.Lambda).Where(double.IsFinite)];
        var pieces = Math.Max(1, lambdas.Length - 1);
        return Enumerable.Range(0, lambdas.Length - 1).Where(k => k % Math.Max(1, pieces / 5) == 0).Select(k => (lambdas[k] + lambdas[k + 1]) / 2).Append(0);
    }

    private static double[] Served(OnnxRunner runner, IReadOnlyList<double> mean, double[] covariance, double lambda) =>
        runner.Run<double>([("mu", [.. mean], [mean.Count]), ("sigma", covariance, [mean.Count, mean.Count]), ("lambda", [lambda], [1])], ["w"])[0];
}
