using System.Globalization;
using MLOps.Models.Catalog;
using MLOps.Models.Classical.Likelihood;
using MLOps.Models.Data;
using MLOps.Models.Onnx;

namespace MLOps.Models.Classical.Hmm;

/// <summary>Card 4: regimes of returns by a Gaussian hidden Markov model.</summary>
internal sealed class HmmRegimeDefinition : IRowModel
{
    private const string BatchFile = "batch.onnx";
    private const string ParametersFile = "parameters.json";
    private const string StateCount = "states";
    private const string Starts = "starts";
    private const string Seed = "seed";
    private const string ValidationFraction = "validation_fraction";
    private const int MinimumObservations = 100;

    /// <summary>Days over which the step graph is run one by one at export, its state fed back.</summary>
    private const int CarriedDays = 250;

    public string Id => "hmm-regime-detector";

    public string Name => "HMM Regime Detector";

    public string Category => "Regime Detection";

    public string Description =>
        "Probabilities of market regimes from percent log returns: a hidden Markov model with normal emissions, states ordered by variance (0 the calmest), fitted by Baum-Welch from several starting points. "
        + "Served as a step graph of the forward filter: send today's return y [B,1] and the probabilities before it, prior [B,K], get p [B,K] of today, prior_next [B,K] and the log-density loglik [B,1]; or send y with a sequence_id and let the server keep prior.";

    public IReadOnlyList<HyperParameter> HyperParameters { get; } =
    [
        .. ReturnSeries.Declared,
        HyperParameterOf.WholeNumber(StateCount, 3, 1, 8, "Number of regimes."),
        HyperParameterOf.WholeNumber(Starts, 20, 1, 200, "Starting points of Baum-Welch; the likelihood has several tops, and the best one found is kept."),
        HyperParameterOf.WholeNumber(Seed, 1, 0, int.MaxValue, "Of the random starting points."),
        HyperParameterOf.RealNumber(ValidationFraction, 0, 0, 0.5, "Last part of the training days that is kept out of the fit and scored by the mean log-density beside one normal and a normal of EWMA(0.94) variance; 0: none."),
    ];

    public DataNeeds Data => ReturnSeries.Needs;

    public RowContinuity Continuity => RowContinuity.Unbroken("its hidden state goes from each row to the next");

    public ModelSignature Signature { get; } = SignatureOf(-1);

    public TrainedModel Train(TrainingRequest request, ITrainingObserver observer, CancellationToken cancellationToken)
    {
        var parameters = HyperParameterValues.Parse(HyperParameters, request.Parameters);
        var series = ReturnSeries.Select(request, parameters, MinimumObservations);
        var returns = series.Percent;
        var fitted = returns.Length - (int)(returns.Length * parameters.RealNumber(ValidationFraction));
        var states = parameters.WholeNumber(StateCount);
        observer.OnProgress(0, $"Fitting {states} states on {fitted} returns");
        var progress = new BaumWelchProgress((start, loglik) =>
        {
            observer.OnMetrics(start, [KeyValuePair.Create("loglik", loglik)]);
            observer.OnProgress(0.7 * start / (parameters.WholeNumber(Starts) + 1), string.Create(CultureInfo.InvariantCulture, $"Starting point {start}: log-likelihood {loglik:F4}"));
        });
        var hmm = BaumWelch.Fit(returns[..fitted], states, parameters.WholeNumber(Starts), parameters.WholeNumber(Seed), progress, cancellationToken);

        observer.OnProgress(0.75, "Exporting and checking ONNX");
        var forward = hmm.Forward(returns[..fitted]);
        var tags = Tags(series, parameters, fitted);
        var prior = hmm.Next(forward.Filtered.AsSpan(^states..));
        var stepTags = new Dictionary<string, string>(tags)
        {
            ["mlops.state"] = $"prior_next -> prior = [{string.Join(", ", prior.Select(p => p.ToString("R", CultureInfo.InvariantCulture)))}]",
        };
        var graphs = new HmmGraphs(hmm);
        var step = OnnxModelFile.Write(graphs.Step(), Description, stepTags);
        var batch = OnnxModelFile.Write(graphs.Batch(), "Regime probabilities of a whole return history y [T].", tags);
        cancellationToken.ThrowIfCancellationRequested();
        var parity = Math.Max(CheckBatch(batch, returns[..fitted], forward, prior), CheckStep(step, returns, forward, hmm));
        observer.OnProgress(1, string.Create(CultureInfo.InvariantCulture, $"Log-likelihood {hmm.LogLikelihood:F4}"));
        return new TrainedModel(
            [new ModelFile("model.onnx", step), new ModelFile(BatchFile, batch), new ModelFile(ParametersFile, HmmFileContent.Write(hmm, fitted))],
            SignatureOf(states),
            parameters.AsText,
            Metrics(hmm, returns, fitted, parity),
            series.Monitored("y"),
            tags);
    }

    public IReadOnlyDictionary<string, double> Evaluate(TrainedModel model, TrainingData data, int from, int to, CancellationToken cancellationToken)
    {
        var series = ReturnSeries.Of(data.Rows(0, to), HyperParameterValues.Parse(HyperParameters, model.Parameters));
        var first = series.FirstScored(from, to);

        using var runner = model.Open(BatchFile);
        return DensityScore.Of(series.Percent, first, runner.Run<double>([("y", series.Percent, [series.Count])], ["log_densities"], series.Rows)[0]);
    }

    public IReadOnlyList<string> Reads(TrainedModel model) => ReturnSeries.Reads(HyperParameterValues.Parse(HyperParameters, model.Parameters));

    public ServedRows Serve(TrainedModel model, TrainingData rows) => ReturnSeries.Of(rows, HyperParameterValues.Parse(HyperParameters, model.Parameters)).Steps("y");

    private static ModelSignature SignatureOf(int states) => new(
        [new TensorSpec("y", "float64", [-1, 1]), new TensorSpec("prior", "float64", [-1, states])],
        [new TensorSpec("p", "float64", [-1, states]), new TensorSpec("prior_next", "float64", [-1, states]), new TensorSpec("loglik", "float64", [-1, 1])]);

    private Dictionary<string, string> Tags(ReturnSeries series, HyperParameterValues parameters, int fitted) => new(series.Conventions(parameters))
    {
        ["model_type"] = Id,
        ["feature_names"] = "return_percent",
        ["states"] = "ordered by variance, 0 the calmest",
        ["start"] = "batch.onnx begins with the fitted start, a sequence with the prior of the day after the fit",
        ["variance_floor"] = "no state's variance goes below 1e-4 of the series': a state alone with equal returns would have an infinite likelihood",
        ["seed"] = parameters.Text(Seed),
        ["fit_end"] = series.Label(fitted - 1),
    };

    private static Dictionary<string, double> Metrics(GaussianHmm hmm, double[] returns, int fitted, double parity)
    {
        var free = (hmm.States * hmm.States) + (2 * hmm.States) - 1;
        var metrics = new Dictionary<string, double>
        {
            ["loglik"] = hmm.LogLikelihood,
            ["loglik_normal"] = GaussianHmm.Fit(returns[..fitted], 1, 1, 1, CancellationToken.None).LogLikelihood,
            ["aic"] = (2 * free) - (2 * hmm.LogLikelihood),
            ["bic"] = (free * Math.Log(fitted)) - (2 * hmm.LogLikelihood),
            ["onnx_max_difference"] = parity,
        };
        if (fitted < returns.Length)
        {
            foreach (var (name, value) in DensityScore.Of(returns, fitted, hmm.Forward(returns).LogDensities))
            {
                metrics[$"val_{name}"] = value;
            }
        }

        return metrics;
    }

    private static double CheckBatch(byte[] model, double[] returns, ForwardPass forward, double[] prior)
    {
        using var runner = new OnnxRunner(model);
        var results = runner.Run<double>([("y", returns, [returns.Length])], ["p", "loglik", "prior_next"]);
        return new[]
        {
            OnnxParity.Check("p", forward.Filtered, results[0], OnnxParity.Float64Tolerance),
            OnnxParity.Check("loglik", [forward.LogLikelihood], results[1], OnnxParity.Float64Tolerance),
            OnnxParity.Check("prior_next", prior, results[2], OnnxParity.Float64Tolerance),
        }.Max();
    }

    /// <summary>The first days one by one, the state carried from output to input.</summary>
    private static double CheckStep(byte[] model, double[] returns, ForwardPass forward, GaussianHmm hmm)
    {
        using var runner = new OnnxRunner(model);
        var days = Math.Min(CarriedDays, forward.LogDensities.Length);
        double[] prior = [.. hmm.Start];
        var filtered = new List<double>();
        for (var t = 0; t < days; t++)
        {
            var outputs = runner.Run<double>([("y", [returns[t]], [1, 1]), ("prior", prior, [1, hmm.States])], ["p", "prior_next"]);
            filtered.AddRange(outputs[0]);
            prior = outputs[1];
        }

        return OnnxParity.Check("p carried", forward.Filtered.AsSpan(0, days * hmm.States), [.. filtered], OnnxParity.Float64Tolerance);
    }
}
