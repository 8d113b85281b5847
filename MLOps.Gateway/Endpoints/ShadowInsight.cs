using MLOps.Contracts.Endpoints;
using MLOps.Contracts.Statistics;

namespace MLOps.Gateway.Endpoints;

/// <summary>How a shadow's answers differ from the callers'.</summary>
internal sealed record ShadowInsight(
    string Variant,
    long Compared,
    long Failed,
    long Dropped,
    double? LatencyP50Ms,
    double? LatencyP99Ms,
    IEnumerable<OutputInsight> Outputs)
{
    public static ShadowInsight Of(ShadowCounts counts, IReadOnlyDictionary<string, double> correlations) => new(
        counts.Variant,
        counts.Compared,
        counts.Failed,
        counts.Dropped,
        counts.Latency.Quantile(0.5),
        counts.Latency.Quantile(0.99),
        counts.Outputs.Select(output => OutputInsight.Of(output, correlations.TryGetValue($"{counts.Variant}/{output.Output}", out var rho) ? rho : null)));
}

/// <summary>One output. Differences are null before the first comparable pair.</summary>
/// <param name="RankCorrelation">Spearman's ρ over the last pairs sampled, the mean of the columns' own; a column of which one side is constant has none, and where none has it is null.</param>
/// <param name="RankSample">Pairs that could be ranked.</param>
/// <param name="ArgmaxRows">Rows that are probability vectors in both.</param>
internal sealed record OutputInsight(
    string Name,
    long Elements,
    long Incomparable,
    long NonFinite,
    DifferenceInsight? Absolute,
    DifferenceInsight? Relative,
    long SignFlips,
    long ArgmaxRows,
    long ArgmaxDisagreements,
    double? RankCorrelation,
    int RankSample)
{
    public static OutputInsight Of(OutputDifference output, double? correlation)
    {
        var pairs = output.Absolute.Total();
        return new(
            output.Output,
            output.Elements,
            output.Incomparable,
            output.NonFinite,
            pairs == 0 ? null : DifferenceInsight.Of(output.AbsoluteSum, output.Absolute, output.AbsoluteMax),
            pairs == 0 ? null : DifferenceInsight.Of(output.RelativeSum, output.Relative, output.RelativeMax),
            output.SignFlips,
            output.Rows,
            output.ArgmaxDisagreements,
            correlation,
            output.Columns?.Length ?? 0);
    }
}

/// <param name="Mean">Null where the sum is beyond the largest number, which a difference never is.</param>
/// <param name="P50">Right to about 3 %, and never above <paramref name="Max"/>; so are the others.</param>
internal sealed record DifferenceInsight(double? Mean, double P50, double P90, double P99, double Max)
{
    public static DifferenceInsight Of(double sum, SparseHistogram differences, double max)
    {
        // A bucket's middle may be above the largest number in it.
        double Quantile(double quantile) => Math.Min(differences.Quantile(quantile)!.Value, max);
        return new(
            sum < double.MaxValue ? sum / differences.Total() : null,
            Quantile(0.5),
            Quantile(0.9),
            Quantile(0.99),
            Math.Min(max, double.MaxValue));
    }
}
