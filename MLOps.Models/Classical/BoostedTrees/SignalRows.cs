using MLOps.Models.Data;
using MLOps.Models.Evaluation;
using MLOps.Models.Features;
using MLOps.Models.Features.Labels;

namespace MLOps.Models.Classical.BoostedTrees;

/// <summary>The labelled days of some bars, and their features. Of bars in several pieces the days are counted over all of them; neither a feature nor a label reaches from one into another.</summary>
internal sealed class SignalRows
{
    private readonly double[]?[] _features;

    private SignalRows(double[]?[] features, IReadOnlyList<DateOnly> dates, IReadOnlyList<SignalLabel> labels)
    {
        _features = features;
        Dates = dates;
        Labels = labels;
    }

    /// <summary>Of all days.</summary>
    public IReadOnlyList<DateOnly> Dates { get; }

    /// <summary>The days that have features.</summary>
    public IEnumerable<int> Featured => Enumerable.Range(0, _features.Length).Where(day => _features[day] is not null);

    /// <summary>In order of their days.</summary>
    public IReadOnlyList<SignalLabel> Labels { get; }

    public static SignalRows Of(IReadOnlyList<OhlcvSeries> parts, SignalLabelling labelling)
    {
        var (features, labels) = (new List<double[]?>(), new List<SignalLabel>());
        foreach (var bars in parts)
        {
            var begin = features.Count;
            IReadOnlyList<double[]> rows = bars.Count > SignalFeatures.Lookback ? SignalFeatures.Compute(bars).Rows : [];
            features.AddRange(Enumerable.Range(0, bars.Count).Select(day => day < SignalFeatures.Lookback ? null : rows[day - SignalFeatures.Lookback]));
            labels.AddRange(labelling.Of(bars.Close, SignalFeatures.Lookback).Select(label => label with { Span = new LabelSpan(begin + label.Span.Start, begin + label.Span.End) }));
        }

        return new SignalRows([.. features], [.. parts.SelectMany(bars => bars.Dates)], labels);
    }

    /// <exception cref="InvalidOperationException">The day has none.</exception>
    public double[] Features(int day) => _features[day] ?? throw new InvalidOperationException($"Day {day} has no features.");

    /// <summary>Labels that end before a day, so that nothing of it or later is in them.</summary>
    public IReadOnlyList<SignalLabel> EndingBefore(int day) => [.. Labels.Where(label => label.Span.End < day)];

    public IReadOnlyList<SignalLabel> StartingFrom(int day) => [.. Labels.Where(label => label.Span.Start >= day)];

    /// <summary>Rows to learn from or to score. A label weighs by how much of its time it has for itself among the labels given; the mean weight is 1, so that penalties mean the same for labels of any length.</summary>
    public WeightedRows Weighted(IReadOnlyList<SignalLabel> labels, double threshold)
    {
        var uniqueness = SampleWeights.AverageUniqueness([.. labels.Select(label => label.Span)], Dates.Count);
        var mean = uniqueness.Average();
        return new WeightedRows(
            [.. labels.Select(label => Array.ConvertAll(Features(label.Span.Start), value => (float)value))],
            [.. labels.Select(label => label.Value > threshold)],
            Array.ConvertAll(uniqueness, own => own / mean));
    }
}
