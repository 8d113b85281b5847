using System.Globalization;
using System.Text.Json;
using MLOps.Models.Catalog;
using MLOps.Models.Classical.Likelihood;
using MLOps.Models.Data;
using MLOps.Models.Onnx;

namespace MLOps.Models.Classical.KalmanPairs;

/// <summary>Card 25: hedge ratio of a pair by a Kalman filter.</summary>
internal sealed class KalmanPairsDefinition : IModelDefinition
{
    private const string BatchFile = "batch.onnx";
    private const string Noise = "noise";
    private const string Fixed = "fixed";
    private const string StepVariance = "q";
    private const string SpreadVariance = "r";
    private const string StartVariance = "p0";
    private const int MinimumRows = 30;
    private const int CarriedRows = 250;
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public string Id => "kalman-pairs";

    public string Name => "Kalman Pairs Hedge Ratio";

    public string Category => "Signals";

    public string Description =>
        "Intercept and hedge ratio of one instrument on another that move from row to row, and how unusual today's spread is (z), by a Kalman filter. "
        + "Served as a step graph: send y and x [B,1] with the state beta [B,2] and covariance [B,3], get beta_next, covariance_next, spread and z; or send y and x with a sequence_id and let the server keep the state.";

    public IReadOnlyList<HyperParameter> HyperParameters { get; } =
    [
        .. PairRows.Declared,
        HyperParameterOf.Choice(Noise, ["likelihood", Fixed], "Whether q and r are fitted by maximum likelihood or taken as given."),
        HyperParameterOf.RealNumber(StepVariance, 1e-5, 1e-20, 1e6, "Variance of the intercept's and of the ratio's step from row to row, where noise=fixed."),
        HyperParameterOf.RealNumber(SpreadVariance, 1e-3, 1e-20, 1e9, "Variance of the spread, where noise=fixed."),
        HyperParameterOf.RealNumber(StartVariance, 1, 1e-9, 1e9, "Variance of the intercept and the ratio before the first row, where both are expected to be 0."),
    ];

    public DataNeeds Data { get; } = new(false, false, [], 2, "A table in order of time with two columns of prices (hyper-parameters y_column and x_column).");

    public RowContinuity Continuity => RowContinuity.Unbroken("its Kalman filter runs through all rows");

    public ModelSignature Signature { get; } = new(
        [Tensor("y", 1), Tensor("x", 1), Tensor("beta", 2), Tensor("covariance", 3)],
        [Tensor("beta_next", 2), Tensor("covariance_next", 3), Tensor("spread", 1), Tensor("z", 1)]);

    public TrainedModel Train(TrainingRequest request, ITrainingObserver observer, CancellationToken cancellationToken)
    {
        var parameters = HyperParameterValues.Parse(HyperParameters, request.Parameters);
        var rows = PairRows.Of(TrainingRows.SelectTable(request, MinimumRows), parameters);
        var baseline = StaticHedge.Fit(rows.Y, rows.X);
        if (rows.X.Max() <= rows.X.Min() || baseline.Variance <= 1e-24 * rows.Y.Average(y => y * y))
        {
            throw new ModelTrainingException("The second column never changes, or the first is an exact multiple of it: there is no spread to follow.");
        }

        var (filter, atBound) = parameters.Text(Noise) == Fixed
            ? (new HedgeFilter(parameters.RealNumber(StepVariance), parameters.RealNumber(SpreadVariance), parameters.RealNumber(StartVariance)), "")
            : Fit(rows, parameters.RealNumber(StartVariance), baseline, observer, cancellationToken);
        var steps = filter.Run(rows.Y, rows.X);
        observer.OnProgress(0.7, "Exporting and checking ONNX");
        var tags = Tags(rows, parameters);
        if (atBound.Length > 0)
        {
            tags["at_bound"] = atBound;
        }

        var end = steps[^1].State;
        var stepTags = new Dictionary<string, string>(tags)
        {
            ["mlops.state"] = $"beta_next -> beta = {List(end.Beta)}; covariance_next -> covariance = {List(end.Matrix)}",
        };
        var graphs = new HedgeGraphs(filter);
        var step = OnnxModelFile.Write(graphs.Step(), Description, stepTags);
        var batch = OnnxModelFile.Write(graphs.Batch(), "Hedge ratios of a whole history y [T], x [T].", tags);
        cancellationToken.ThrowIfCancellationRequested();
        var parity = Math.Max(CheckBatch(batch, rows, steps), CheckStep(step, rows, filter, steps));
        var loglik = steps.Sum(row => row.LogDensity);
        observer.OnProgress(1, string.Create(CultureInfo.InvariantCulture, $"Log-likelihood {loglik:F4}, hedge ratio {end.Ratio:F4}"));
        return new TrainedModel(
            [new ModelFile("model.onnx", step), new ModelFile(BatchFile, batch), new ModelFile("parameters.json", ParametersFile(filter, end, loglik, rows, tags))],
            Signature,
            parameters.AsText,
            new Dictionary<string, double>
            {
                ["loglik"] = loglik,
                ["loglik_ols"] = -0.5 * rows.Y.Length * (Math.Log(2 * Math.PI * baseline.Variance) + 1),
                ["q"] = filter.Q,
                ["r"] = filter.R,
                ["hedge_ratio"] = end.Ratio,
                ["hedge_ratio_ols"] = baseline.Ratio,
                ["onnx_max_difference"] = parity,
            },
            null,
            tags);
    }

    public IReadOnlyDictionary<string, double> Evaluate(TrainedModel model, TrainingData data, int from, int to, CancellationToken cancellationToken)
    {
        var rows = PairRows.Of(data.Rows(0, to), HyperParameterValues.Parse(HyperParameters, model.Parameters));
        if (from < MinimumRows || from >= to)
        {
            throw new ModelTrainingException($"Rows {from} to {to} cannot be scored: there must be at least one of them, and {MinimumRows} before.");
        }

        using var runner = model.Open(BatchFile);
        long[] shape = [rows.Y.Length];
        var results = runner.Run<double>([("y", rows.Y, shape), ("x", rows.X, shape)], ["spread", "spread_variance"], Enumerable.Range(0, rows.Y.Length));
        return HedgeScore.Of(rows.Y, rows.X, from, t => (results[0][t], new HedgeStep(results[0][t], results[1][t], default).LogDensity));
    }

    private static TensorSpec Tensor(string name, int length) => new(name, "float64", [-1, length]);

    private static string List(double[] values) => $"[{string.Join(", ", values.Select(value => value.ToString("R", CultureInfo.InvariantCulture)))}]";

    private static (HedgeFilter Filter, string AtBound) Fit(PairRows rows, double p0, StaticHedge baseline, ITrainingObserver observer, CancellationToken cancellationToken)
    {
        observer.OnProgress(0, $"Fitting q and r on {rows.Y.Length} rows");

        // In logarithms, beside the variance of the least squares' spread, so that a unit changes nothing.
        var unit = baseline.Variance;
        var fit = new JetMaximum(
            (logQ, logR, _) => HedgeFilter.LogLikelihood(rows.Y, rows.X, p0, Jet.Exp(logQ) * unit, Jet.Exp(logR) * unit),
            [(-30, 5), (-30, 5)])
            .Maximise(
                from logQ in (double[])[-14, -10, -6, -3]
                from logR in (double[])[-6, -3, 0]
                select new[] { logQ, logR },
                (iteration, loglik, slope) =>
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    observer.OnMetrics(iteration, [KeyValuePair.Create("loglik", loglik), KeyValuePair.Create("gradient_norm", slope)]);
                });
        return (new HedgeFilter(Math.Exp(fit.Point[0]) * unit, Math.Exp(fit.Point[1]) * unit, p0), string.Join(", ", fit.AtBound.Select(i => i == 0 ? StepVariance : SpreadVariance)));
    }

    private Dictionary<string, string> Tags(PairRows rows, HyperParameterValues parameters) => new()
    {
        ["model_type"] = Id,
        ["feature_names"] = "y,x",
        ["columns"] = PairRows.Describe(parameters),
        ["filter"] = "y[t] = a[t] + b[t]*x[t] + e, Var e = r; a and b walk with variance q each; predict then correct at every row, the first too",
        ["start"] = "a = b = 0 with variance p0 each; a sequence goes on where the training ended",
        ["state_order"] = "beta = (a, b), covariance = (Var a, Cov ab, Var b), after the row",
        ["training_start"] = rows.Label(0),
        ["training_end"] = rows.Label(rows.Y.Length - 1),
    };

    private static double CheckBatch(byte[] model, PairRows rows, HedgeStep[] steps)
    {
        using var runner = new OnnxRunner(model);
        long[] shape = [steps.Length];
        var results = runner.Run<double>([("y", rows.Y, shape), ("x", rows.X, shape)], ["beta", "z", "covariance_next"]);
        return new[]
        {
            OnnxParity.Check("beta", [.. steps.SelectMany(row => row.State.Beta)], results[0], OnnxParity.Float64Tolerance),
            OnnxParity.Check("z", [.. steps.Select(row => row.Z)], results[1], OnnxParity.Float64Tolerance),
            OnnxParity.Check("covariance_next", steps[^1].State.Matrix, results[2], OnnxParity.Float64Tolerance),
        }.Max();
    }

    /// <summary>The first rows one by one, the state carried from output to input.</summary>
    private static double CheckStep(byte[] model, PairRows rows, HedgeFilter filter, HedgeStep[] steps)
    {
        using var runner = new OnnxRunner(model);
        var count = Math.Min(CarriedRows, steps.Length);
        var (beta, covariance) = (filter.Start.Beta, filter.Start.Matrix);
        var z = new double[count];
        for (var t = 0; t < count; t++)
        {
            var outputs = runner.Run<double>(
                [("y", [rows.Y[t]], [1, 1]), ("x", [rows.X[t]], [1, 1]), ("beta", beta, [1, 2]), ("covariance", covariance, [1, 3])],
                ["beta_next", "covariance_next", "z"]);
            (beta, covariance, z[t]) = (outputs[0], outputs[1], outputs[2][0]);
        }

        return Math.Max(
            OnnxParity.Check("z carried", [.. steps.Take(count).Select(row => row.Z)], z, OnnxParity.Float64Tolerance),
            OnnxParity.Check("state carried", [.. steps[count - 1].State.Beta, .. steps[count - 1].State.Matrix], [.. beta, .. covariance], OnnxParity.Float64Tolerance));
    }

    private static byte[] ParametersFile(HedgeFilter filter, HedgeState end, double loglik, PairRows rows, Dictionary<string, string> conventions) => JsonSerializer.SerializeToUtf8Bytes(
        new { model = "kalman-pairs", observations = rows.Y.Length, q = filter.Q, r = filter.R, p0 = filter.P0, loglik, beta_next = end.Beta, covariance_next = end.Matrix, conventions },
        Indented);
}
