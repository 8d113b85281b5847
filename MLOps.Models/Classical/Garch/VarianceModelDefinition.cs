using System.Globalization;
using MLOps.Models.Catalog;
using MLOps.Models.Data;
using MLOps.Models.Onnx;

namespace MLOps.Models.Classical.Garch;

/// <summary>What the conditional-variance models share: maximum likelihood with a constant mean on percent returns, a step graph that is served and a batch graph of a whole history.</summary>
internal abstract class VarianceModelDefinition : IRowModel
{
    private const string BatchFile = "batch.onnx";
    private const string ParametersFile = "parameters.json";
    private const string Innovations = "innovations";
    private const string MaximumIterations = "max_iterations";
    private const string ValidationFraction = "validation_fraction";

    /// <summary>Days over which the step graph is run one by one at export, its state fed back.</summary>
    private const int CarriedDays = 250;

    public abstract string Id { get; }

    public abstract string Name { get; }

    public string Category => "Volatility";

    public string Description =>
        $"{About} Maximum likelihood on percent log returns, with three kinds of standard error. "
        + "Served as a step graph: send today's return y [B,1] and variance h [B,1], get h_next, volatility_next and z; send h_next as h tomorrow (start from h_next of parameters.json), or send y with a sequence_id and let the server keep h.";

    public IReadOnlyList<HyperParameter> HyperParameters { get; } =
    [
        .. ReturnSeries.Declared,
        HyperParameterOf.Choice(Innovations, ["normal", "student-t"], "Distribution of the standardised innovations."),
        HyperParameterOf.WholeNumber(MaximumIterations, 200, 5, 10_000, "Newton iterations before the fit is given up."),
        HyperParameterOf.RealNumber(ValidationFraction, 0, 0, 0.5, "Last part of the training days that is kept out of the fit and scored by QLIKE beside EWMA(0.94) and a constant variance; 0: none."),
    ];

    public DataNeeds Data => ReturnSeries.Needs;

    public RowContinuity Continuity => RowContinuity.Unbroken("its variance is made of all returns before, one after the other");

    public ModelSignature Signature { get; } = new([PerSeries("y"), PerSeries("h")], [PerSeries("h_next"), PerSeries("volatility_next"), PerSeries("z")]);

    /// <summary>What tells this model from the others, in one sentence.</summary>
    protected abstract string About { get; }

    /// <summary>A recursion of its own for each training: it has room to calculate in.</summary>
    protected abstract VarianceRecursion CreateRecursion();

    public TrainedModel Train(TrainingRequest request, ITrainingObserver observer, CancellationToken cancellationToken)
    {
        var parameters = HyperParameterValues.Parse(HyperParameters, request.Parameters);
        var series = ReturnSeries.Select(request, parameters, GarchFitter.MinimumObservations);
        var returns = series.Percent;
        var fitted = returns.Length - (int)(returns.Length * parameters.RealNumber(ValidationFraction));
        observer.OnProgress(0, $"Fitting {fitted} daily returns");

        InnovationDensity density = parameters.Text(Innovations) == "normal" ? new NormalDensity() : new StudentDensity();
        var recursion = CreateRecursion();
        var limit = parameters.WholeNumber(MaximumIterations);
        var fit = GarchFitter.Fit(returns[..fitted], recursion, density, limit, (iteration, loglik, slope) =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            observer.OnMetrics(iteration, [KeyValuePair.Create("loglik", loglik), KeyValuePair.Create("gradient_norm", slope)]);
        });

        observer.OnProgress(0.7, "Exporting and checking ONNX");
        var conventions = Conventions(series, parameters, recursion, density, fitted);
        var metadata = new Dictionary<string, string>(conventions)
        {
            ["model_type"] = Id,
            ["feature_names"] = "return_percent",
        };

        // Serving keeps the variance of a sequence by this line; a sequence begins where the fit ended.
        var stepMetadata = new Dictionary<string, string>(metadata) { ["mlops.state"] = string.Create(CultureInfo.InvariantCulture, $"h_next -> h = {fit.NextVariance:R}") };
        var step = OnnxModelFile.Write(GarchGraphs.Step(recursion, fit.Theta), Description, stepMetadata);
        var batch = OnnxModelFile.Write(GarchGraphs.Batch(recursion, fit.Theta, fit.Variances[0]), "Variances of a whole return history y [T].", metadata);
        cancellationToken.ThrowIfCancellationRequested();
        var parity = Math.Max(CheckStep(step, returns, fit), CheckBatch(batch, returns[..fitted], fit));
        observer.OnProgress(1, string.Create(CultureInfo.InvariantCulture, $"Log-likelihood {fit.LogLikelihood:F4}, persistence {fit.Persistence:F4}"));

        return new TrainedModel(
            [
                new ModelFile("model.onnx", step),
                new ModelFile(BatchFile, batch),
                new ModelFile(ParametersFile, GarchParametersFile.Write($"{Id}/{density.Name}", fit, fitted, conventions)),
            ],
            Signature,
            parameters.AsText,
            Metrics(fit, recursion, returns, fitted, parity),
            series.Monitored("y"),
            Tags(conventions, fit));
    }

    public IReadOnlyDictionary<string, double> Evaluate(TrainedModel model, TrainingData data, int from, int to, CancellationToken cancellationToken)
    {
        var series = ReturnSeries.Of(data.Rows(0, to), HyperParameterValues.Parse(HyperParameters, model.Parameters));
        var returns = series.Percent;
        var first = series.FirstScored(from, to);

        using var runner = model.Open(BatchFile);
        var variances = runner.Run<double>([("y", returns, [returns.Length])], ["h"], series.Rows)[0];
        return VolatilityEvaluation.Score(returns, first, GarchParametersFile.Estimate(model.File(ParametersFile), "mu"), variances);
    }

    public IReadOnlyList<string> Reads(TrainedModel model) => ReturnSeries.Reads(HyperParameterValues.Parse(HyperParameters, model.Parameters));

    public ServedRows Serve(TrainedModel model, TrainingData rows) => ReturnSeries.Of(rows, HyperParameterValues.Parse(HyperParameters, model.Parameters)).Steps("y");

    private static TensorSpec PerSeries(string name) => new(name, "float64", [-1, 1]);

    private static Dictionary<string, string> Conventions(ReturnSeries series, HyperParameterValues parameters, VarianceRecursion recursion, InnovationDensity density, int fitted) =>
        new(series.Conventions(parameters))
        {
            ["recursion"] = recursion.Formula,
            ["presample"] = recursion.PresampleRule,
            ["innovations"] = density.HasShape ? $"{density.Name}, scaled to unit variance" : density.Name,
            ["parameter_order"] = string.Join(", ", recursion.Parameters.Prepend("mu")) + (density.HasShape ? ", nu" : ""),
            ["constraints"] = recursion.Constraints,
            ["units"] = "y in percent, h in percent squared, volatility in percent a day",
            ["fit_end"] = series.Label(fitted - 1),
        };

    private static Dictionary<string, string> Tags(Dictionary<string, string> conventions, GarchFit fit)
    {
        var tags = new Dictionary<string, string>(conventions) { ["observations"] = fit.Variances.Length.ToString(CultureInfo.InvariantCulture) };
        if (fit.AtBound.Count > 0)
        {
            tags["at_bound"] = string.Join(", ", fit.AtBound);
        }

        return tags;
    }

    private static Dictionary<string, double> Metrics(GarchFit fit, VarianceRecursion recursion, double[] returns, int fitted, double parity)
    {
        var count = fit.Theta.Length;
        var metrics = new Dictionary<string, double>
        {
            ["loglik"] = fit.LogLikelihood,
            ["loglik_constant_variance"] = ConstantVarianceLogLikelihood(returns.AsSpan(0, fitted)),
            ["aic"] = (2 * count) - (2 * fit.LogLikelihood),
            ["bic"] = (count * Math.Log(fitted)) - (2 * fit.LogLikelihood),
            ["persistence"] = fit.Persistence,
            ["iterations"] = fit.Iterations,
            ["h_next"] = fit.NextVariance,
            ["onnx_max_difference"] = parity,
        };
        if (fitted < returns.Length)
        {
            foreach (var (name, value) in VolatilityEvaluation.Score(returns, fitted, fit.Theta[0], Forecasts(returns, recursion, fit)))
            {
                metrics[$"val_{name}"] = value;
            }
        }

        return metrics;
    }

    /// <summary>Each day's variance as forecast by the day before, beyond the fitted days too.</summary>
    private static double[] Forecasts(double[] returns, VarianceRecursion recursion, GarchFit fit)
    {
        var state = new VarianceState(fit.Theta.Length) { Variance = fit.Variances[0] };
        var forecasts = new double[returns.Length];
        for (var t = 0; t < returns.Length; t++)
        {
            forecasts[t] = state.Variance;
            recursion.Step(fit.Theta, returns[t] - fit.Theta[0], 0, state);
        }

        return forecasts;
    }

    /// <summary>What a normal of constant mean and variance reaches: the baseline.</summary>
    private static double ConstantVarianceLogLikelihood(ReadOnlySpan<double> returns)
    {
        var (sum, squares) = (0.0, 0.0);
        foreach (var y in returns)
        {
            sum += y;
            squares += y * y;
        }

        var mean = sum / returns.Length;
        return -0.5 * returns.Length * (Math.Log(2 * Math.PI * ((squares / returns.Length) - (mean * mean))) + 1);
    }

    /// <summary>All fitted days as one batch, then the first days one by one with the state carried from output to input.</summary>
    private static double CheckStep(byte[] model, double[] returns, GarchFit fit)
    {
        using var runner = new OnnxRunner(model);
        var days = fit.Variances.Length;
        var together = runner.Run<double>([("y", returns[..days], [days, 1]), ("h", fit.Variances, [days, 1])], ["h_next"])[0];
        var worst = OnnxParity.Check("h_next", [.. fit.Variances[1..], fit.NextVariance], together, OnnxParity.Float64Tolerance);

        var carried = new double[Math.Min(CarriedDays, days) + 1];
        carried[0] = fit.Variances[0];
        for (var t = 0; t < carried.Length - 1; t++)
        {
            carried[t + 1] = runner.Run<double>([("y", [returns[t]], [1, 1]), ("h", [carried[t]], [1, 1])], ["h_next"])[0][0];
        }

        return Math.Max(worst, OnnxParity.Check("h_next carried", fit.Variances.AsSpan(0, carried.Length - 1), carried.AsSpan(..^1), OnnxParity.Float64Tolerance));
    }

    private static double CheckBatch(byte[] model, double[] returns, GarchFit fit)
    {
        using var runner = new OnnxRunner(model);
        var results = runner.Run<double>([("y", returns, [returns.Length])], ["h", "h_next"]);
        return Math.Max(
            OnnxParity.Check("h", fit.Variances, results[0], OnnxParity.Float64Tolerance),
            OnnxParity.Check("h_next", [fit.NextVariance], results[1], OnnxParity.Float64Tolerance));
    }
}
