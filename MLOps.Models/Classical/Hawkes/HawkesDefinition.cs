using System.Globalization;
using System.Text.Json;
using MLOps.Models.Catalog;
using MLOps.Models.Data;
using MLOps.Models.Onnx;

namespace MLOps.Models.Classical.Hawkes;

/// <summary>Card 26: intensity of self-exciting events.</summary>
internal sealed class HawkesDefinition : IModelDefinition
{
    private const string BatchFile = "batch.onnx";
    private const string ParametersFile = "parameters.json";
    private const string Column = "column";
    private const string Ties = "ties";
    private const int CarriedEvents = 250;
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public string Id => "hawkes-intensity";

    public string Name => "Hawkes Intensity";

    public string Category => "Signals";

    public string Description =>
        "How many events (trades, quotes, jumps) a second are to be expected now, where each event makes the next ones more likely for a while: a Hawkes process with an exponential kernel, fitted by maximum likelihood. "
        + "Served as a step graph: send the time dt since the last event and the excitation just after it (both [B,1]), get the intensity now, excitation_next (for when an event comes now) and the residual; or send dt of each event with a sequence_id and let the server keep the excitation.";

    public IReadOnlyList<HyperParameter> HyperParameters { get; } =
    [
        HyperParameterOf.Text(Column, "", "Column of numbers with the events' times, in any unit; empty: the rows' own times, in seconds."),
        HyperParameterOf.Choice(Ties, [EventTimes.Spread, EventTimes.Merge, EventTimes.Keep],
            "Events of one time stamp: spread evenly over the clock's resolution (the smallest gap in the training rows), merged into one, or kept as they are. Kept ties look like instant excitation and drive beta to its bound."),
    ];

    public DataNeeds Data { get; } = new(false, false, [], 0, "A table of events in order: with a column 'time', or a column of numbers that has their times (hyper-parameter column).");

    public RowContinuity Continuity => RowContinuity.Unbroken("its intensity remembers every event before");

    public ModelSignature Signature { get; } = new([Scalar("dt"), Scalar("excitation")], [Scalar("intensity"), Scalar("excitation_next"), Scalar("residual")]);

    public TrainedModel Train(TrainingRequest request, ITrainingObserver observer, CancellationToken cancellationToken)
    {
        var parameters = HyperParameterValues.Parse(HyperParameters, request.Parameters);
        var rows = TrainingRows.SelectTable(request, HawkesFitter.MinimumEvents);
        var read = EventTimes.Read(rows, parameters.Text(Column));
        var resolution = read.Resolution();
        var events = read.WithoutTies(parameters.Text(Ties), resolution);
        var gaps = events.Gaps();
        observer.OnProgress(0, $"Fitting {events.Times.Length} events");
        var fit = HawkesFitter.Fit(gaps, (iteration, loglik, slope) =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            observer.OnMetrics(iteration, [KeyValuePair.Create("loglik", loglik), KeyValuePair.Create("gradient_norm", slope)]);
        });

        observer.OnProgress(0.7, "Exporting and checking ONNX");
        var steps = fit.Process.Run(gaps);
        var tags = Tags(parameters, events, fit);
        var stepTags = new Dictionary<string, string>(tags) { ["mlops.state"] = string.Create(CultureInfo.InvariantCulture, $"excitation_next -> excitation = {steps[^1].Excitation:R}") };
        var graphs = new HawkesGraphs(fit.Process);
        var step = OnnxModelFile.Write(graphs.Step(), Description, stepTags);
        var batch = OnnxModelFile.Write(graphs.Batch(), "Intensities of a whole history of gaps dt [T].", tags);
        cancellationToken.ThrowIfCancellationRequested();
        var parity = Math.Max(CheckBatch(batch, gaps, steps), CheckStep(step, gaps, steps));
        observer.OnProgress(1, string.Create(CultureInfo.InvariantCulture, $"Log-likelihood {fit.LogLikelihood:F4}, branching {fit.Process.Branching:F4}"));
        return new TrainedModel(
            [new ModelFile("model.onnx", step), new ModelFile(BatchFile, batch), new ModelFile(ParametersFile, Parameters(fit, events.Times.Length, resolution, steps[^1].Excitation, tags))],
            Signature,
            parameters.AsText,
            Metrics(fit, gaps, steps, parity),
            Monitored(rows, events, gaps),
            tags);
    }

    public IReadOnlyDictionary<string, double> Evaluate(TrainedModel model, TrainingData data, int from, int to, CancellationToken cancellationToken)
    {
        var parameters = HyperParameterValues.Parse(HyperParameters, model.Parameters);
        using var file = JsonDocument.Parse(model.File(ParametersFile));
        var events = EventTimes.Read(data.Rows(0, to), parameters.Text(Column)).WithoutTies(parameters.Text(Ties), file.RootElement.GetProperty("resolution").GetDouble());
        var gaps = events.Gaps();

        // Gap i leads to event i+1.
        var first = Math.Max(0, Array.FindIndex(events.Rows, row => row >= from) - 1);
        if (events.Rows[^1] < from || first < 2 || gaps.Take(first).Sum() <= 0)
        {
            throw new ModelTrainingException($"Rows {from} to {to} cannot be scored: at least one event of them must have two gaps before it.");
        }

        using var runner = model.Open(BatchFile);
        var results = runner.Run<double>([("dt", gaps, [gaps.Length])], ["intensity", "residual"], events.Rows.Skip(1));
        var rate = first / gaps.Take(first).Sum();
        var scored = gaps.Length - first;
        return new Dictionary<string, double>
        {
            ["log_score"] = Enumerable.Range(first, scored).Average(i => Math.Log(results[0][i]) - results[1][i]),
            ["log_score_poisson"] = Enumerable.Range(first, scored).Average(i => Math.Log(rate) - (rate * gaps[i])),
            ["residual_ks"] = ExponentialDistance(results[1][first..]),
            ["residual_ks_poisson"] = ExponentialDistance([.. gaps.Skip(first).Select(gap => rate * gap)]),
            ["events"] = scored,
        };
    }

    private static TensorSpec Scalar(string name) => new(name, "float64", [-1, 1]);

    private Dictionary<string, string> Tags(HyperParameterValues parameters, EventTimes events, HawkesFit fit)
    {
        var tags = new Dictionary<string, string>
        {
            ["model_type"] = Id,
            ["feature_names"] = "gap",
            ["unit"] = parameters.Text(Column).Length > 0 ? $"that of {parameters.Text(Column)}" : "seconds",
            ["intensity"] = "lambda(t) = mu + alpha*sum exp(-beta*(t-t_i)), alpha = branching*beta; the first event is history, the window ends with the last",
            ["ties"] = parameters.Text(Ties),
            ["parameter_order"] = string.Join(", ", HawkesFit.Names),
            ["training_start"] = string.Create(CultureInfo.InvariantCulture, $"{events.Times[0]:R}"),
            ["training_end"] = string.Create(CultureInfo.InvariantCulture, $"{events.Times[^1]:R}"),
        };
        if (fit.AtBound.Count > 0)
        {
            tags["at_bound"] = string.Join(", ", fit.AtBound);
        }

        return tags;
    }

    private static Dictionary<string, double> Metrics(HawkesFit fit, double[] gaps, HawkesStep[] steps, double parity)
    {
        var rate = gaps.Length / gaps.Sum();
        return new Dictionary<string, double>
        {
            ["loglik"] = fit.LogLikelihood,
            ["loglik_poisson"] = gaps.Length * (Math.Log(rate) - 1),
            ["mu"] = fit.Process.Mu,
            ["alpha"] = fit.Process.Alpha,
            ["beta"] = fit.Process.Beta,
            ["branching"] = fit.Process.Branching,
            ["residual_ks"] = ExponentialDistance([.. steps.Select(step => step.Residual)]),
            ["residual_ks_poisson"] = ExponentialDistance([.. gaps.Select(gap => rate * gap)]),
            ["onnx_max_difference"] = parity,
        };
    }

    /// <summary>Kolmogorov–Smirnov distance of residuals from the exponential distribution of mean 1.</summary>
    private static double ExponentialDistance(double[] residuals)
    {
        var ordered = residuals.Order().ToArray();
        return Enumerable.Range(0, ordered.Length).Max(i =>
        {
            var expected = 1 - Math.Exp(-ordered[i]);
            return Math.Max(expected - ((double)i / ordered.Length), ((i + 1.0) / ordered.Length) - expected);
        });
    }

    private static MonitoredFeatures? Monitored(TrainingData rows, EventTimes events, double[] gaps) => rows.Times is { } times
        ? new MonitoredFeatures([new MonitoredFeature("gap", "dt", 0)], [.. events.Rows.Skip(1).Select(row => DateOnly.FromDateTime(times[row]))], [.. gaps.Select(gap => new[] { gap })])
        : null;

    private static double CheckBatch(byte[] model, double[] gaps, HawkesStep[] steps)
    {
        using var runner = new OnnxRunner(model);
        var results = runner.Run<double>([("dt", gaps, [gaps.Length])], ["intensity", "residual", "excitation_next"]);
        return new[]
        {
            OnnxParity.Check("intensity", [.. steps.Select(step => step.Intensity)], results[0], OnnxParity.Float64Tolerance),
            OnnxParity.Check("residual", [.. steps.Select(step => step.Residual)], results[1], OnnxParity.Float64Tolerance),
            OnnxParity.Check("excitation_next", [steps[^1].Excitation], results[2], OnnxParity.Float64Tolerance),
        }.Max();
    }

    /// <summary>The first events one by one, the state carried from output to input.</summary>
    private static double CheckStep(byte[] model, double[] gaps, HawkesStep[] steps)
    {
        using var runner = new OnnxRunner(model);
        var count = Math.Min(CarriedEvents, gaps.Length);
        var (excitation, intensities) = (HawkesProcess.FirstExcitation, new double[count]);
        for (var i = 0; i < count; i++)
        {
            var outputs = runner.Run<double>([("dt", [gaps[i]], [1, 1]), ("excitation", [excitation], [1, 1])], ["intensity", "excitation_next"]);
            (intensities[i], excitation) = (outputs[0][0], outputs[1][0]);
        }

        return OnnxParity.Check("intensity carried", [.. steps.Take(count).Select(step => step.Intensity)], intensities, OnnxParity.Float64Tolerance);
    }

    private static byte[] Parameters(HawkesFit fit, int events, double resolution, double excitation, Dictionary<string, string> conventions) => JsonSerializer.SerializeToUtf8Bytes(
        new
        {
            model = "hawkes/exponential",
            events,
            parameters = HawkesFit.Names.Select((name, i) => new { name, estimate = fit.Estimates[i], se_hessian = double.IsFinite(fit.Errors[i]) ? fit.Errors[i] : (double?)null }),
            alpha = fit.Process.Alpha,
            loglik = fit.LogLikelihood,
            resolution,
            excitation_next = excitation,
            conventions,
        },
        Indented);
}
