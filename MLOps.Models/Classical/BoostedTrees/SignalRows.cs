using MLOps.Models.Catalog;
using MLOps.Models.Data;
using MLOps.Models.Evaluation;
using MLOps.Models.Features;
using MLOps.Models.Features.Labels;
using MLOps.Models.Features.Pipelines;

namespace MLOps.Models.Classical.BoostedTrees;

/// <summary>The labelled days of some bars, and their features; or the rows of a feature pipeline with the labels that it made. Days in several pieces are counted over all of them; neither a feature nor a label reaches from one into another.</summary>
internal sealed class SignalRows
{
    private readonly double[]?[] _features;

    /// <summary>Of each label, in their order; null: their uniqueness is taken.</summary>
    private readonly Dictionary<SignalLabel, double>? _weights;

    private SignalRows(IReadOnlyList<string> names, double[]?[] features, IReadOnlyList<DateOnly>? dates, IReadOnlyList<SignalLabel> labels, Dictionary<SignalLabel, double>? weights)
    {
        Names = names;
        _features = features;
        Dates = dates;
        Labels = labels;
        _weights = weights;
    }

    /// <summary>Of the features.</summary>
    public IReadOnlyList<string> Names { get; }

    public int Days => _features.Length;

    /// <summary>Of all days; null: the rows have no times.</summary>
    public IReadOnlyList<DateOnly>? Dates { get; }

    /// <summary>The days that have features.</summary>
    public IEnumerable<int> Featured => Enumerable.Range(0, _features.Length).Where(day => _features[day] is not null);

    /// <summary>In order of their days.</summary>
    public IReadOnlyList<SignalLabel> Labels { get; }

    /// <summary>As the labelling says: of bars, or of the rows of a pipeline.</summary>
    /// <exception cref="ModelTrainingException">The columns do not fit.</exception>
    public static SignalRows Of(TrainingData rows, SignalLabelling labelling) =>
        labelling.IsGiven ? Given(rows) : Of([.. rows.Parts().Select(part => part.Bars())], labelling);

    /// <summary>Names of the features among a pipeline's columns.</summary>
    public static IReadOnlyList<string> FeatureNames(TrainingData rows) =>
        [.. rows.Columns.Where(column => column.Numbers is not null && !TripleBarrierStep.Columns.Contains(column.Name)).Select(column => column.Name)];

    /// <summary>The features of each row, as numbers.</summary>
    public static double[][] FeaturesOf(TrainingData rows, IReadOnlyList<string> names)
    {
        double[][] columns = [.. names.Select(name => TrainingRows.Finite(rows, name))];
        return [.. Enumerable.Range(0, rows.Count).Select(row => Array.ConvertAll(columns, column => column[row]))];
    }

    private static SignalRows Of(IReadOnlyList<OhlcvSeries> parts, SignalLabelling labelling)
    {
        var (features, labels) = (new List<double[]?>(), new List<SignalLabel>());
        foreach (var bars in parts)
        {
            var begin = features.Count;
            IReadOnlyList<double[]> rows = bars.Count > SignalFeatures.Lookback ? SignalFeatures.Compute(bars).Rows : [];
            features.AddRange(Enumerable.Range(0, bars.Count).Select(day => day < SignalFeatures.Lookback ? null : rows[day - SignalFeatures.Lookback]));
            labels.AddRange(labelling.Of(bars.Close, SignalFeatures.Lookback).Select(label => label with { Span = new LabelSpan(begin + label.Span.Start, begin + label.Span.End) }));
        }

        return new SignalRows(SignalFeatures.Names, [.. features], [.. parts.SelectMany(bars => bars.Dates)], labels, null);
    }

    private static SignalRows Given(TrainingData rows)
    {
        var names = FeatureNames(rows);
        if (names.Count == 0)
        {
            throw new ModelTrainingException($"The rows have no features beside {string.Join(", ", TripleBarrierStep.Columns)}: give a feature pipeline some.");
        }

        var (sides, ends, weights) = (TrainingRows.Finite(rows, TripleBarrierStep.Label), TrainingRows.Finite(rows, TripleBarrierStep.Rows), TrainingRows.Finite(rows, TripleBarrierStep.Weight));
        SignalLabel[] labels = [.. sides.Select((side, row) => new SignalLabel(new LabelSpan(row, row + (int)ends[row]), side))];
        return new SignalRows(
            names,
            FeaturesOf(rows, names),
            rows.Times is { } times ? [.. times.Select(DateOnly.FromDateTime)] : null,
            labels,
            labels.Select((label, i) => (label, i)).ToDictionary(item => item.label, item => weights[item.i]));
    }

    /// <exception cref="InvalidOperationException">The day has none.</exception>
    public double[] Features(int day) => _features[day] ?? throw new InvalidOperationException($"Day {day} has no features.");

    /// <summary>Labels that end before a day, so that nothing of it or later is in them.</summary>
    public IReadOnlyList<SignalLabel> EndingBefore(int day) => [.. Labels.Where(label => label.Span.End < day)];

    public IReadOnlyList<SignalLabel> StartingFrom(int day) => [.. Labels.Where(label => label.Span.Start >= day)];

    /// <summary>Rows to learn from or to score. A label weighs as the pipeline says, or by how much of its time it has for itself among the labels given; the mean weight is 1, so that penalties mean the same for labels of any length.</summary>
    public WeightedRows Weighted(IReadOnlyList<SignalLabel> labels, double threshold)
    {
        double[] weights = _weights is { } given ? [.. labels.Select(label => given[label])] : SampleWeights.AverageUniqueness([.. labels.Select(label => label.Span)], Days);
        var mean = weights.Average();
        return new WeightedRows(
            [.. labels.Select(label => Array.ConvertAll(Features(label.Span.Start), value => (float)value))],
            [.. labels.Select(label => label.Value > threshold)],
            Array.ConvertAll(weights, own => own / mean));
    }
}
