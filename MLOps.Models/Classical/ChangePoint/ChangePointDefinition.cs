using System.Globalization;
using System.Text.Json;
using MLOps.Models.Catalog;
using MLOps.Models.Classical.Likelihood;
using MLOps.Models.Data;
using MLOps.Models.Onnx;

namespace MLOps.Models.Classical.ChangePoint;

/// <summary>Card 30: Bayesian online change points.</summary>
internal sealed class ChangePointDefinition : IRowModel
{
    private const string BatchFile = "batch.onnx";
    private const string MaximumRun = "max_run";
    private const string Recent = "recent";
    private const string Prior = "prior";
    private const string Fixed = "fixed";
    private const string ValidationFraction = "validation_fraction";
    private const int CarriedDays = 100;
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public string Id => "bayesian-change-point";

    public string Name => "Bayesian Online Change Point";

    public string Category => "Regime Detection";

    public string Description =>
        "How long the current run of observations with one mean and one variance has lasted, as probabilities of each length (Adams and MacKay 2007). "
        + "Served as a step graph: send y [B,1] with the state r, mean and beta [B,R], get r_next, mean_next, beta_next, run_length, likeliest_run_length, recent_change and log_density; or send y with a sequence_id and let the server keep the state.";

    public IReadOnlyList<HyperParameter> HyperParameters { get; } =
    [
        .. ReturnSeries.Declared,
        HyperParameterOf.WholeNumber(MaximumRun, 250, 10, 2000, "R: run lengths that are told apart; the last stands for all longer ones."),
        HyperParameterOf.WholeNumber(Recent, 20, 0, 2000, "recent_change is the probability that the run has at most so many observations."),
        HyperParameterOf.Choice(Prior, ["likelihood", Fixed], "Whether λ, κ₀, α₀ and β₀ are those under which the training rows are most probable, or as given."),
        HyperParameterOf.RealNumber("lambda", 100, 1.01, 1e6, "Expected length of a run, where prior=fixed."),
        HyperParameterOf.RealNumber("kappa0", 0.1, 1e-6, 1e6, "Observations that the prior mean (that of the training rows) is worth, where prior=fixed."),
        HyperParameterOf.RealNumber("alpha0", 1, 1e-3, 1e6, "Half the observations that the prior variance is worth, where prior=fixed."),
        HyperParameterOf.RealNumber("beta0", 0.5, 1e-9, 1e6, "alpha0 times the prior variance within a run, in variances of the training rows, where prior=fixed."),
        HyperParameterOf.RealNumber(ValidationFraction, 0, 0, 0.5, "Last part of the training rows that is kept out of the fit and scored by the mean log-density beside one normal and a normal of EWMA(0.94) variance; 0: none."),
    ];

    public DataNeeds Data => ReturnSeries.Needs;

    public RowContinuity Continuity => RowContinuity.Unbroken("its run length grows from row to row");

    public ModelSignature Signature { get; } = SignatureOf(-1);

    public TrainedModel Train(TrainingRequest request, ITrainingObserver observer, CancellationToken cancellationToken)
    {
        var parameters = HyperParameterValues.Parse(HyperParameters, request.Parameters);
        var series = ReturnSeries.Select(request, parameters, ChangePointFitter.MinimumObservations);
        var values = series.Percent;
        var fitted = values.Length - (int)(values.Length * parameters.RealNumber(ValidationFraction));
        var lengths = parameters.WholeNumber(MaximumRun);
        observer.OnProgress(0, $"Fitting the prior on {fitted} observations");
        var prior = PriorOf(values[..fitted], lengths, parameters, observer, cancellationToken);
        var history = RunHistory.Of(values, prior, lengths);
        var recent = Math.Min(parameters.WholeNumber(Recent), lengths - 1);

        observer.OnProgress(0.8, "Exporting and checking ONNX");
        var changes = history.Changes();
        var tags = Tags(series, parameters, changes, fitted);
        var end = history.End;
        var stepTags = new Dictionary<string, string>(tags)
        {
            ["mlops.state"] = $"r_next -> r = {List(end.Probabilities)}; mean_next -> mean = {List(end.Means)}; beta_next -> beta = {List(end.Betas)}",
        };
        var graphs = new ChangePointGraphs(prior, lengths, recent);
        var step = OnnxModelFile.Write(graphs.Step(), Description, stepTags);
        var batch = OnnxModelFile.Write(graphs.Batch(), "Run lengths of a whole history y [T].", tags);
        cancellationToken.ThrowIfCancellationRequested();
        var parity = Math.Max(CheckBatch(batch, values, history), CheckStep(step, values, prior, lengths));
        observer.OnProgress(1, string.Create(CultureInfo.InvariantCulture, $"{changes.Count} changes, λ {prior.Lambda:F1}"));
        return new TrainedModel(
            [new ModelFile("model.onnx", step), new ModelFile(BatchFile, batch), new ModelFile("parameters.json", ParametersFile(prior, changes, series, tags))],
            SignatureOf(lengths),
            parameters.AsText,
            Metrics(history, values, fitted, changes.Count, prior, parity),
            series.Monitored("y"),
            tags);
    }

    public IReadOnlyDictionary<string, double> Evaluate(TrainedModel model, TrainingData data, int from, int to, CancellationToken cancellationToken)
    {
        var series = ReturnSeries.Of(data.Rows(0, to), HyperParameterValues.Parse(HyperParameters, model.Parameters));
        var first = series.FirstScored(from, to);
        using var runner = model.Open(BatchFile);
        return DensityScore.Of(series.Percent, first, runner.Run<double>([("y", series.Percent, [series.Count])], ["log_density"], series.Rows)[0]);
    }

    public IReadOnlyList<string> Reads(TrainedModel model) => ReturnSeries.Reads(HyperParameterValues.Parse(HyperParameters, model.Parameters));

    public ServedRows Serve(TrainedModel model, TrainingData rows) => ReturnSeries.Of(rows, HyperParameterValues.Parse(HyperParameters, model.Parameters)).Steps("y");

    private static ModelSignature SignatureOf(int lengths)
    {
        TensorSpec Row(string name) => new(name, "float64", [-1, lengths]);
        TensorSpec Number(string name, string type = "float64") => new(name, type, [-1, 1]);
        return new ModelSignature(
            [Number("y"), Row("r"), Row("mean"), Row("beta")],
            [Row("r_next"), Row("mean_next"), Row("beta_next"), Number("run_length"), Number("likeliest_run_length", "int64"), Number("recent_change"), Number("log_density")]);
    }

    private static string List(double[] values) => $"[{string.Join(", ", values.Select(value => value.ToString("R", CultureInfo.InvariantCulture)))}]";

    private static ChangePointPrior PriorOf(double[] fitted, int lengths, HyperParameterValues parameters, ITrainingObserver observer, CancellationToken cancellationToken)
    {
        if (parameters.Text(Prior) != Fixed)
        {
            return ChangePointFitter.Fit(fitted, lengths, (round, loglik) => observer.OnMetrics(round, [KeyValuePair.Create("loglik", loglik)]), cancellationToken);
        }

        var (mean, deviation) = ChangePointFitter.Scale(fitted);
        return new ChangePointPrior(parameters.RealNumber("lambda"), 0, parameters.RealNumber("kappa0"), parameters.RealNumber("alpha0"), parameters.RealNumber("beta0")).In(deviation, mean);
    }

    private Dictionary<string, string> Tags(ReturnSeries series, HyperParameterValues parameters, IReadOnlyList<int> changes, int fitted) => new(series.Conventions(parameters))
    {
        ["model_type"] = Id,
        ["feature_names"] = "y",
        ["run_length"] = "observations since the last change, the newest among them; a change lies between two observations, and P(0) is the hazard 1/lambda",
        ["longest_run"] = "the last length stands for all longer ones; its statistics forget, so that they are worth as many observations",
        ["prior"] = "normal-inverse-gamma (mean, kappa0, alpha0, beta0); the mean is that of the fitted rows",
        ["changes"] = changes.Count.ToString(CultureInfo.InvariantCulture),
        ["last_change_after"] = changes.Count == 0 ? "none" : series.Label(changes[^1] - 1),
        ["fit_end"] = series.Label(fitted - 1),
    };

    private static Dictionary<string, double> Metrics(RunHistory history, double[] values, int fitted, int changes, ChangePointPrior prior, double parity)
    {
        var mean = values.Take(fitted).Average();
        var variance = values.Take(fitted).Average(y => (y - mean) * (y - mean));
        var metrics = new Dictionary<string, double>
        {
            ["loglik"] = history.LogDensities.Take(fitted).Sum(),
            ["loglik_normal"] = -0.5 * fitted * (Math.Log(2 * Math.PI * variance) + 1),
            ["lambda"] = prior.Lambda,
            ["changes"] = changes,
            ["likeliest_run_length"] = history.Likeliest[^1],
            ["onnx_max_difference"] = parity,
        };
        if (fitted < values.Length)
        {
            foreach (var (name, value) in DensityScore.Of(values, fitted, history.LogDensities))
            {
                metrics[$"val_{name}"] = value;
            }
        }

        return metrics;
    }

    private static double CheckBatch(byte[] model, double[] values, RunHistory history)
    {
        using var runner = new OnnxRunner(model);
        var results = runner.Run<double>([("y", values, [values.Length])], ["run_length", "log_density", "r_next"]);
        return new[]
        {
            OnnxParity.Check("run_length", history.Expected, results[0], OnnxParity.Float64Tolerance),
            OnnxParity.Check("log_density", history.LogDensities, results[1], OnnxParity.Float64Tolerance),
            OnnxParity.Check("r_next", history.End.Probabilities, results[2], OnnxParity.Float64Tolerance),
        }.Max();
    }

    /// <summary>The first observations one by one, the state carried from output to input.</summary>
    private static double CheckStep(byte[] model, double[] values, ChangePointPrior prior, int lengths)
    {
        using var runner = new OnnxRunner(model);
        var runs = new RunLengths(prior, lengths);
        double[][] state = [[.. runs.Probabilities], [.. runs.Means], [.. runs.Betas]];
        long[] shape = [1, lengths];
        foreach (var y in values.Take(CarriedDays))
        {
            state = runner.Run<double>([("y", [y], [1, 1]), ("r", state[0], shape), ("mean", state[1], shape), ("beta", state[2], shape)], ["r_next", "mean_next", "beta_next"]);
            runs.Step(y);
        }

        return Math.Max(
            OnnxParity.Check("r carried", runs.Probabilities, state[0], OnnxParity.Float64Tolerance),
            OnnxParity.Check("mean and beta carried", [.. runs.Means, .. runs.Betas], [.. state[1], .. state[2]], OnnxParity.Float64Tolerance));
    }

    private static byte[] ParametersFile(ChangePointPrior prior, IReadOnlyList<int> changes, ReturnSeries series, Dictionary<string, string> conventions) => JsonSerializer.SerializeToUtf8Bytes(
        new
        {
            model = "bayesian-change-point",
            observations = series.Count,
            lambda = prior.Lambda,
            mean = prior.Mean,
            kappa0 = prior.Kappa,
            alpha0 = prior.Alpha,
            beta0 = prior.Beta,
            changes = changes.Select(count => new { after = count, at = series.Label(count - 1) }),
            conventions,
        },
        Indented);
}
