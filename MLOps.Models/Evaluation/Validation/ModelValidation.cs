using MLOps.Models.Catalog;
using MLOps.Models.Data;
using MLOps.Models.Onnx;

namespace MLOps.Models.Evaluation.Validation;

/// <summary>Validates any trained model in one way: its evaluation scores the rows, a probe hears what it asks of the exported graph on them, and the metrics are made of those inputs and answers.
/// What cannot be had of a model is said with its reason.</summary>
public sealed class ModelValidation
{
    /// <summary>Noise of the inputs, in deviations of each.</summary>
    public const double Noise = 0.05;

    private const int Draws = 4;
    private const int Seed = 1;

    /// <summary>Numbers of the inputs that noise is added to, about; a bag of words has thousands a row.</summary>
    private const int MostNoisyNumbers = 4_000_000;

    /// <summary>The metric that every training of the catalogue logs of its export.</summary>
    private const string ParityMetric = "onnx_max_difference";

    private readonly IModelDefinition _definition;
    private readonly TrainedModel _model;
    private readonly TrainingData _data;
    private readonly int _folds;
    private readonly ModelProbe _probe = new();
    private readonly Dictionary<string, double> _values = [];
    private readonly Dictionary<string, string> _gaps = [];
    private readonly Dictionary<string, object> _facts = [];

    private ModelValidation(IModelDefinition definition, TrainedModel model, TrainingData data, int folds) => (_definition, _model, _data, _folds) = (definition, model, data, folds);

    /// <param name="data">All rows, in order of time.</param>
    /// <param name="candidates">The rows to score, best first: the next are taken where the model cannot score some.</param>
    /// <param name="folds">Parts that features are compared over.</param>
    public static ValidationReport Of(
        IModelDefinition definition, TrainedModel model, TrainingData data, IReadOnlyList<ValidationRows> candidates, int folds, CancellationToken cancellationToken)
    {
        var refusals = new List<string>();
        foreach (var rows in candidates)
        {
            var validation = new ModelValidation(definition, model, data, folds);
            try
            {
                var figures = definition.Evaluate(model with { Observer = validation._probe }, data, rows.From, rows.To, cancellationToken);
                return validation.Report(rows, figures, cancellationToken);
            }
            catch (ModelTrainingException exception)
            {
                refusals.Add($"{rows.Which}: {exception.Message}");
            }
        }

        return new ModelValidation(definition, model, data, folds).Unscored(refusals.Count > 0 ? string.Join(" ", refusals) : "there are no rows to score");
    }

    /// <summary>The report of a model that could not be validated at all.</summary>
    public static ValidationReport None(string reason) => new(
        null, new Dictionary<string, double>(), ValidationNames.All.ToDictionary(name => name, _ => reason), new Dictionary<string, object>(), new Dictionary<string, double>(), null, []);

    private ValidationReport Report(ValidationRows rows, IReadOnlyDictionary<string, double> figures, CancellationToken cancellationToken)
    {
        var answers = Answers(rows, cancellationToken);
        Disagreement();
        Stability(answers);
        return new ValidationReport(rows, _values, _gaps, _facts, figures, Watched(rows), _probe.Returns);
    }

    private ValidationReport Unscored(string reason)
    {
        Gap(reason, ValidationNames.TemporalContinuity, ValidationNames.RegimeFisher, ValidationNames.RegimeSilhouette, ValidationNames.PredictionNoiseVariance);
        Disagreement();
        Stability(null);
        return new ValidationReport(null, _values, _gaps, _facts, new Dictionary<string, double>(), null, []);
    }

    /// <summary>All that is made of answers on rows.</summary>
    private ModelAnswers? Answers(ValidationRows rows, CancellationToken cancellationToken)
    {
        ModelAnswers? answers = null;
        string[] names = [ValidationNames.TemporalContinuity, ValidationNames.RegimeFisher, ValidationNames.RegimeSilhouette, ValidationNames.PredictionNoiseVariance];
        Try(names, () =>
        {
            if (_probe.Runs.Count == 0)
            {
                throw new ValidationGapException("its evaluation runs no graph on rows of the data: what is served answers a whole estimate, not a day");
            }

            using var graph = new OnnxRunner(_model.File(_probe.Runs[0].Path));
            answers = ModelAnswers.Of(graph, _probe.Runs, rows.From);
            _facts["answers"] = new { answers.Graph, answers.Output, Rows = answers.Rows.Length, Width = answers.Values[0].Length, Unit = "each column in its deviations over these rows" };
            var (values, scale) = answers.Standardised();
            _values[ValidationNames.TemporalContinuity] = ValidationMetrics.TemporalContinuity(values);
            Try([ValidationNames.RegimeFisher, ValidationNames.RegimeSilhouette], () => Separability(answers, rows, cancellationToken));
            cancellationToken.ThrowIfCancellationRequested();
            Try([ValidationNames.PredictionNoiseVariance], () => NoiseVariance(graph, scale, rows.From));
        });
        return answers;
    }

    private void Separability(ModelAnswers answers, ValidationRows rows, CancellationToken cancellationToken)
    {
        var separability = new RegimeSeparability(_definition, _model, _data);
        try
        {
            separability.Measure(answers, rows, cancellationToken);
            (_values[ValidationNames.RegimeFisher], _values[ValidationNames.RegimeSilhouette]) = (separability.Fisher, separability.Silhouette);
        }
        finally
        {
            if (separability.Facts is { } facts)
            {
                _facts["regime"] = facts;
            }
        }
    }

    private void NoiseVariance(OnnxRunner graph, Func<double[], double[]> scale, int from)
    {
        // Whole calls, the newest: a call may be a history, whose parts do not stand alone.
        var numbers = 0L;
        GraphRun[] runs = [.. _probe.Runs.Reverse().TakeWhile(run => (numbers += run.Inputs.Sum(input => input.Values.Length)) <= MostNoisyNumbers || run == _probe.Runs[^1]).Reverse()];
        var served = GraphInputs.Of(runs);
        var ranges = InputRange.Of(served.Values);
        var variance = ValidationMetrics.NoiseSensitivity(
            inputs => [.. ModelAnswers.Of(graph, served.With([.. served.Standing(inputs).Select(row => InputRange.Kept(row, ranges))]), from).Values.Select(scale)],
            served.Values,
            [.. ranges.Select(range => Noise * range.Deviation)],
            Draws,
            Seed);
        _values[ValidationNames.PredictionNoiseVariance] = double.IsFinite(variance) ? variance : throw new ValidationGapException("the answers under noise are not finite");
        _facts["noise"] = new
        {
            Scale = Noise,
            Unit = "deviations of each input, or of its steps from row to row over √2 where those are smaller; kept within the values that the input had" + (served.AreEvents ? "; drawn anew where a value changes: what stands still stays so" : ""),
            Draws,
            Seed,
            Of = served.AreEvents ? "events of the windows" : "rows",
            Rows = served.Values.Length,
        };
    }

    private void Disagreement()
    {
        if (_model.Metrics.TryGetValue(ParityMetric, out var difference))
        {
            _values[ValidationNames.PredictionDisagreement] = difference;
            _facts["disagreement"] = new { Measured = $"at export, trainer against every graph ({ParityMetric}): absolute below 1, relative above" };
        }
        else
        {
            Gap($"the training logs no {ParityMetric}", ValidationNames.PredictionDisagreement);
        }
    }

    /// <summary>Of the watched features over the training rows; where nothing is watched, of the model's answers.</summary>
    private void Stability(ModelAnswers? answers) => Try([ValidationNames.FeaturePsi, ValidationNames.FeatureRankCorrelation], () =>
    {
        var rows = _model.Monitored?.Rows ?? answers?.Values
            ?? throw new ValidationGapException("nothing of its inputs is watched, and it has no answers by rows");
        string[] names = _model.Monitored is { } monitored ? [.. monitored.Features.Select(feature => feature.Name)] : [$"{answers!.Output} of {answers.Graph}"];
        if (rows.Count < 2 * _folds)
        {
            throw new ValidationGapException($"{rows.Count} rows make no {_folds} parts");
        }

        var stability = ValidationMetrics.Stability([.. Enumerable.Range(0, _folds).Select(fold => rows.Skip(fold * rows.Count / _folds).Take(((fold + 1) * rows.Count / _folds) - (fold * rows.Count / _folds)).ToArray())]);
        _facts["stability"] = new
        {
            Of = _model.Monitored is null ? "answers on the scored rows" : "watched features over the training rows",
            Features = names,
            Rows = rows.Count,
            Folds = _folds,
            Parts = "contiguous, the later ones against the first",
            stability.LargestPsi,
        };
        _values[ValidationNames.FeaturePsi] = stability.MeanPsi;
        if (rows[0].Length < 3)
        {
            Gap($"{rows[0].Length} features: the correlations of fewer than three have no order", ValidationNames.FeatureRankCorrelation);
            return;
        }

        _values[ValidationNames.FeatureRankCorrelation] = stability.RankCorrelation;
    });

    private double[][]? Watched(ValidationRows rows)
    {
        if (_model.Monitored is not { } monitored || _probe.Runs.Count == 0)
        {
            return null;
        }

        var columns = monitored.Features.Select(feature => _probe.Runs.SelectMany(run => Column(run, feature, rows.From)).ToArray()).ToArray();
        return columns.All(column => column.Length > 0) ? columns : null;
    }

    private static IEnumerable<double> Column(GraphRun run, MonitoredFeature feature, int from)
    {
        if (run.Inputs.FirstOrDefault(input => input.Name == feature.Input) is not { } input || feature.Index >= input.Values.Length / run.Rows.Count)
        {
            return [];
        }

        var width = input.Values.Length / run.Rows.Count;
        return Enumerable.Range(0, run.Rows.Count).Where(row => run.Rows[row] >= from).Select(row => input.Values[(row * width) + feature.Index]);
    }

    private void Try(string[] names, Action measure)
    {
        try
        {
            measure();
        }
        catch (ValidationGapException gap)
        {
            Gap(gap.Message, names);
        }
    }

    private void Gap(string reason, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (!_values.ContainsKey(name))
            {
                _gaps.TryAdd(name, reason);
            }
        }
    }
}
