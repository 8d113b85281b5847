using System.Globalization;
using System.Text.Json;
using MLOps.Models.Catalog;
using MLOps.Models.Classical.Garch;
using MLOps.Models.Data;
using MLOps.Models.Onnx;

namespace MLOps.Models.Classical.StochasticVolatility;

/// <summary>Card 15: stochastic volatility by quasi-maximum likelihood.</summary>
internal sealed class StochasticVolatilityDefinition : IRowModel
{
    private const string BatchFile = "batch.onnx";
    private const string ParametersFile = "parameters.json";
    private const string Offset = "offset";
    private const string ValidationFraction = "validation_fraction";

    /// <summary>Days over which the step graph is run one by one at export, its state fed back.</summary>
    private const int CarriedDays = 250;
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public string Id => "stochastic-volatility";

    public string Name => "Stochastic Vol Model";

    public string Category => "Volatility";

    public string Description =>
        "Log-variance of percent log returns as a hidden autoregression, followed by a Kalman filter of ln(y - mean)^2 and fitted by quasi-maximum likelihood (Harvey, Ruiz and Shephard 1994). "
        + "Served as a step graph: send today's return y and what was expected of today, log-variance h and its uncertainty p (all [B,1]), get log_h, h_next, p_next and variance_next; or send y with a sequence_id and let the server keep h and p.";

    public IReadOnlyList<HyperParameter> HyperParameters { get; } =
    [
        .. ReturnSeries.Declared,
        HyperParameterOf.RealNumber(Offset, 0, 0, 0.1, "Share of the variance that is added to each squared return before its logarithm (Fuller 1996: 0.02), against returns that are all but the mean; 0: none."),
        HyperParameterOf.RealNumber(ValidationFraction, 0, 0, 0.5, "Last part of the training days that is kept out of the fit and scored by QLIKE beside EWMA(0.94) and a constant variance; 0: none."),
    ];

    public DataNeeds Data => ReturnSeries.Needs;

    public RowContinuity Continuity => RowContinuity.Unbroken("its Kalman filter runs through all rows");

    public ModelSignature Signature { get; } = new([Scalar("y"), Scalar("h"), Scalar("p")], [Scalar("h_next"), Scalar("p_next"), Scalar("log_h"), Scalar("variance_next")]);

    public TrainedModel Train(TrainingRequest request, ITrainingObserver observer, CancellationToken cancellationToken)
    {
        var parameters = HyperParameterValues.Parse(HyperParameters, request.Parameters);
        var series = ReturnSeries.Select(request, parameters, StochasticVolatilityFitter.MinimumObservations);
        var returns = series.Percent;
        var fitted = returns.Length - (int)(returns.Length * parameters.RealNumber(ValidationFraction));
        observer.OnProgress(0, $"Fitting {fitted} returns");
        var fit = StochasticVolatilityFitter.Fit(returns[..fitted], parameters.RealNumber(Offset), (iteration, loglik, slope) =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            observer.OnMetrics(iteration, [KeyValuePair.Create("loglik", loglik), KeyValuePair.Create("gradient_norm", slope)]);
        });

        observer.OnProgress(0.7, "Exporting and checking ONNX");
        var filtered = fit.Filter(returns[..fitted]);
        var tags = Tags(series, parameters, fit, fitted);
        var stepTags = new Dictionary<string, string>(tags)
        {
            ["mlops.state"] = string.Create(CultureInfo.InvariantCulture, $"h_next -> h = {filtered.Expected[^1]:R}; p_next -> p = {filtered.Uncertainty[^1]:R}"),
        };
        var graphs = new StochasticVolatilityGraphs(fit.Squares, fit.Phi, fit.Variance, fit.Level);
        var step = OnnxModelFile.Write(graphs.Step(), Description, stepTags);
        var batch = OnnxModelFile.Write(graphs.Batch(), "Log-variances of a whole return history y [T].", tags);
        cancellationToken.ThrowIfCancellationRequested();
        var parity = Math.Max(CheckStep(step, returns, filtered), CheckBatch(batch, returns[..fitted], filtered));
        observer.OnProgress(1, string.Create(CultureInfo.InvariantCulture, $"Quasi-log-likelihood {fit.LogLikelihood:F4}, phi {fit.Phi:F4}"));
        return new TrainedModel(
            [new ModelFile("model.onnx", step), new ModelFile(BatchFile, batch), new ModelFile(ParametersFile, Parameters(fit, filtered, tags))],
            Signature,
            parameters.AsText,
            Metrics(fit, filtered, returns, fitted, parity),
            series.Monitored("y"),
            tags);
    }

    public IReadOnlyDictionary<string, double> Evaluate(TrainedModel model, TrainingData data, int from, int to, CancellationToken cancellationToken)
    {
        var series = ReturnSeries.Of(data.Rows(0, to), HyperParameterValues.Parse(HyperParameters, model.Parameters));
        var first = series.FirstScored(from, to);

        using var parameters = JsonDocument.Parse(model.File(ParametersFile));
        using var runner = model.Open(BatchFile);
        var variances = runner.Run<double>([("y", series.Percent, [series.Count])], ["variance"], series.Rows)[0];
        return VolatilityEvaluation.Score(series.Percent, first, parameters.RootElement.GetProperty("mean").GetDouble(), variances);
    }

    public IReadOnlyList<string> Reads(TrainedModel model) => ReturnSeries.Reads(HyperParameterValues.Parse(HyperParameters, model.Parameters));

    public ServedRows Serve(TrainedModel model, TrainingData rows) => ReturnSeries.Of(rows, HyperParameterValues.Parse(HyperParameters, model.Parameters)).Steps("y");

    private static TensorSpec Scalar(string name) => new(name, "float64", [-1, 1]);

    private Dictionary<string, string> Tags(ReturnSeries series, HyperParameterValues parameters, StochasticVolatilityFit fit, int fitted)
    {
        var tags = new Dictionary<string, string>(series.Conventions(parameters))
        {
            ["model_type"] = Id,
            ["feature_names"] = "return_percent",
            ["observation"] = "x[t] = ln((y[t]-mean)^2 + c) - c/((y[t]-mean)^2 + c), mean and c = offset*variance of the fitted days; a day with y = mean and c = 0 is predicted through",
            ["noise"] = "E ln chi2_1 = -1.2703628, Var = pi^2/2, taken for normal",
            ["state"] = "h[t+1] = mu + phi*(h[t]-mu) + eta, from the stationary distribution; h is the log of the variance in percent squared",
            ["parameter_order"] = string.Join(", ", StochasticVolatilityFit.Names),
            ["fit_end"] = series.Label(fitted - 1),
        };
        if (fit.AtBound.Count > 0)
        {
            tags["at_bound"] = string.Join(", ", fit.AtBound);
        }

        return tags;
    }

    private static Dictionary<string, double> Metrics(StochasticVolatilityFit fit, FilteredVolatility filtered, double[] returns, int fitted, double parity)
    {
        var known = fit.LogSquared.Where(double.IsFinite).ToArray();
        var mean = known.Average();
        var metrics = new Dictionary<string, double>
        {
            ["loglik"] = fit.LogLikelihood,
            ["loglik_constant_variance"] = -0.5 * known.Sum(x => Math.Log(2 * Math.PI * LogSquares.VarianceOfNoise) + ((x - mean) * (x - mean) / LogSquares.VarianceOfNoise)),
            ["phi"] = fit.Phi,
            ["sigma_eta"] = Math.Sqrt(fit.Variance),
            ["h_next"] = filtered.Expected[^1],
            ["iterations"] = fit.Iterations,
            ["onnx_max_difference"] = parity,
        };
        if (fitted < returns.Length)
        {
            foreach (var (name, value) in VolatilityEvaluation.Score(returns, fitted, fit.Squares.Mean, fit.Filter(returns).Variances().AsSpan(..^1)))
            {
                metrics[$"val_{name}"] = value;
            }
        }

        return metrics;
    }

    /// <summary>The fitted days as one batch, then the first of them one by one with the state carried from output to input.</summary>
    private static double CheckStep(byte[] model, double[] returns, FilteredVolatility filtered)
    {
        using var runner = new OnnxRunner(model);
        var days = filtered.Filtered.Length;
        long[] shape = [days, 1];
        var together = runner.Run<double>([("y", returns[..days], shape), ("h", filtered.Expected[..^1], shape), ("p", filtered.Uncertainty[..^1], shape)], ["log_h", "variance_next"]);
        var worst = Math.Max(
            OnnxParity.Check("log_h", filtered.Filtered, together[0], OnnxParity.Float64Tolerance),
            OnnxParity.Check("variance_next", filtered.Variances().AsSpan(1), together[1], OnnxParity.Float64Tolerance));
        var carried = Math.Min(CarriedDays, days);
        var (h, p) = (filtered.Expected[0], filtered.Uncertainty[0]);
        for (var t = 0; t < carried; t++)
        {
            var outputs = runner.Run<double>([("y", [returns[t]], [1, 1]), ("h", [h], [1, 1]), ("p", [p], [1, 1])], ["h_next", "p_next"]);
            (h, p) = (outputs[0][0], outputs[1][0]);
        }

        return Math.Max(worst, OnnxParity.Check("state carried", [filtered.Expected[carried], filtered.Uncertainty[carried]], [h, p], OnnxParity.Float64Tolerance));
    }

    private static double CheckBatch(byte[] model, double[] returns, FilteredVolatility filtered)
    {
        using var runner = new OnnxRunner(model);
        var results = runner.Run<double>([("y", returns, [returns.Length])], ["log_h", "variance", "h_next", "p_next"]);
        return new[]
        {
            OnnxParity.Check("log_h", filtered.Filtered, results[0], OnnxParity.Float64Tolerance),
            OnnxParity.Check("variance", filtered.Variances().AsSpan(..^1), results[1], OnnxParity.Float64Tolerance),
            OnnxParity.Check("state at the end", [filtered.Expected[^1], filtered.Uncertainty[^1]], [results[2][0], results[3][0]], OnnxParity.Float64Tolerance),
        }.Max();
    }

    private static byte[] Parameters(StochasticVolatilityFit fit, FilteredVolatility filtered, Dictionary<string, string> conventions) => JsonSerializer.SerializeToUtf8Bytes(
        new
        {
            model = "stochastic-volatility/qml",
            observations = filtered.Filtered.Length,
            mean = fit.Squares.Mean,
            offset = fit.Squares.Offset,
            parameters = StochasticVolatilityFit.Names.Select((name, i) => new { name, estimate = fit.Estimates[i], se_hessian = double.IsFinite(fit.Errors[i]) ? fit.Errors[i] : (double?)null }),
            loglik = fit.LogLikelihood,
            h_filtered_last = filtered.Filtered[^1],
            h_next = filtered.Expected[^1],
            p_next = filtered.Uncertainty[^1],
            conventions,
        },
        Indented);
}
