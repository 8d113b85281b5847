using MLOps.Models.Data;
using MLOps.Models.Features;
using MLOps.Models.Features.Labels;

namespace MLOps.Models.Classical.BoostedTrees;

/// <summary>The labelled days of some bars, and their features.</summary>
internal sealed class SignalRows
{
    private readonly int _days;

    private SignalRows(SignalFeatures features, IReadOnlyList<SignalLabel> labels, int days)
    {
        Features = features;
        Labels = labels;
        _days = days;
    }

    public SignalFeatures Features { get; }

    /// <summary>In order of their days.</summary>
    public IReadOnlyList<SignalLabel> Labels { get; }

    public static SignalRows Of(OhlcvSeries bars, SignalLabelling labelling) =>
        new(SignalFeatures.Compute(bars), labelling.Of(bars.Close, SignalFeatures.Lookback), bars.Count);

    /// <summary>Labels that end before a day, so that nothing of it or later is in them.</summary>
    public IReadOnlyList<SignalLabel> EndingBefore(int day) => [.. Labels.Where(label => label.Span.End < day)];

    public IReadOnlyList<SignalLabel> StartingFrom(int day) => [.. Labels.Where(label => label.Span.Start >= day)];

    /// <summary>Rows to learn from or to score. A label weighs by how much of its time it has for itself among the labels given; the mean weight is 1, so that penalties mean the same for labels of any length.</summary>
    public WeightedRows Weighted(IReadOnlyList<SignalLabel> labels, double threshold)
    {
        var uniqueness = SampleWeights.AverageUniqueness([.. labels.Select(label => label.Span)], _days);
        var mean = uniqueness.Average();
        return new WeightedRows(
            [.. labels.Select(label => Array.ConvertAll(Features.Rows[label.Span.Start - SignalFeatures.Lookback], value => (float)value))],
            [.. labels.Select(label => label.Value > threshold)],
            Array.ConvertAll(uniqueness, own => own / mean));
    }
}
