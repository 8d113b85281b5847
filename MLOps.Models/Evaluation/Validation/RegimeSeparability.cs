using System.Globalization;
using MLOps.Models.Catalog;
using MLOps.Models.Data;
using MLOps.Models.Onnx;

namespace MLOps.Models.Evaluation.Validation;

/// <summary>How far apart a model's answers on calm and on turbulent rows are. It takes rows of both: where those that were scored are all of one regime, other rows are asked, but never rows that the training has seen in the place of rows that it has not.</summary>
internal sealed class RegimeSeparability(IModelDefinition definition, TrainedModel model, TrainingData data)
{
    /// <summary>A single row has no variance, and would look infinitely far from the others.</summary>
    private const int LeastOfEach = 2;

    /// <summary>On what it was measured; null: on nothing.</summary>
    public object? Facts { get; private set; }

    public double Fisher { get; private set; }

    public double Silhouette { get; private set; }

    /// <exception cref="ValidationGapException">There are no rows of both regimes to measure it on; the message says which there are.</exception>
    public void Measure(ModelAnswers answers, ValidationRows scored, CancellationToken cancellationToken)
    {
        var regime = MarketRegime.Of(definition, model, data, scored.TrainedTo);
        if (!HasBoth(Labels(answers, regime)))
        {
            Facts = Described(regime, Labels(answers, regime), "the scored rows");
            (answers, scored) = Elsewhere(regime, answers, scored, cancellationToken);
        }

        var labels = Labels(answers, regime);
        Facts = Described(regime, labels, scored.Which);
        double[][] values = [.. answers.Standardised().Values.Where((_, i) => regime.IsHigh[answers.Rows[i]] is not null)];
        Fisher = ValidationMetrics.FisherRatio(values, labels);
        Silhouette = ValidationMetrics.Silhouette(values, labels);
    }

    /// <summary>As many other rows as were scored, the nearest that have both regimes: later ones where the scored are unseen, earlier ones where they are not.</summary>
    private (ModelAnswers Answers, ValidationRows Rows) Elsewhere(MarketRegime regime, ModelAnswers answers, ValidationRows scored, CancellationToken cancellationToken)
    {
        var labels = Labels(answers, regime);
        var high = labels.Count(isHigh => isHigh);
        var reason = string.Create(CultureInfo.InvariantCulture, $"of {labels.Length} scored rows {high} are of high volatility and {labels.Length - high} of low, at least {LeastOfEach} of each are needed");
        var others = Windows(scored).FirstOrDefault(window => HasBoth([.. regime.IsHigh[window.From..window.To].OfType<bool>()]))
            ?? throw new ValidationGapException($"{reason}, and no {(scored.IsUnseen ? "later" : "earlier")} rows have both");
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            var probe = new ModelProbe();
            definition.Evaluate(model with { Observer = probe }, data, others.From, others.To, cancellationToken);
            using var graph = new OnnxRunner(model.File(answers.Graph));
            var found = ModelAnswers.Of(graph, probe.Runs, others.From);
            return HasBoth(Labels(found, regime)) ? (found, others) : throw new ValidationGapException("its answers are on rows of one regime");
        }
        catch (Exception exception) when (exception is ModelTrainingException or ValidationGapException)
        {
            throw new ValidationGapException($"{reason}; {others.Which} have both, but cannot be taken: {exception.Message}");
        }
    }

    private IEnumerable<ValidationRows> Windows(ValidationRows scored)
    {
        var step = (scored.IsUnseen ? 1 : -1) * (scored.To - scored.From);
        for (var from = scored.From + step; from < data.Count && from - step > 0; from += step)
        {
            var (first, end) = (Math.Max(0, from), Math.Min(data.Count, from + Math.Abs(step)));
            yield return new ValidationRows(
                first,
                end,
                scored.TrainedTo,
                string.Create(CultureInfo.InvariantCulture, $"rows {first} to {end - 1}, which the training has {(scored.IsUnseen ? "not " : "")}seen, the nearest to the scored ones that have both regimes"));
        }
    }

    private static bool[] Labels(ModelAnswers answers, MarketRegime regime) => [.. answers.Rows.Select(row => regime.IsHigh[row]).OfType<bool>()];

    private static bool HasBoth(bool[] labels) => labels.Count(isHigh => isHigh) is var high && high >= LeastOfEach && labels.Length - high >= LeastOfEach;

    private static object Described(MarketRegime regime, bool[] labels, string rows) =>
        new { regime.Definition, regime.Threshold, Rows = rows, HighRows = labels.Count(isHigh => isHigh), LowRows = labels.Count(isHigh => !isHigh) };
}
