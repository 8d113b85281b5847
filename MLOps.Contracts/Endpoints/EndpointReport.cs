using MLOps.Contracts.Statistics;

namespace MLOps.Contracts.Endpoints;

/// <summary>What a gateway process has counted since the report before. A report that was not acknowledged is sent again with the same number, and counts once.</summary>
/// <param name="Gateway">The process; another one after a restart.</param>
/// <param name="Sequence">From 1.</param>
[GenerateSerializer, Immutable, Alias("mlops.EndpointReport")]
public sealed record EndpointReport(
    [property: Id(0)] string Gateway,
    [property: Id(1)] long Sequence,
    [property: Id(2)] IReadOnlyList<VariantCounts> Variants,
    [property: Id(3)] IReadOnlyList<ShadowCounts> Shadows);

/// <param name="LoadRevision">Counts of another load of the variant are another version's.</param>
/// <param name="Requests">All, whatever came of them.</param>
/// <param name="Errors">Requests that failed through no fault of the caller's.</param>
/// <param name="Refused">Requests that did not fit the model, but for those that asked for its version.</param>
/// <param name="Latency">Of answered requests, ms.</param>
/// <param name="Misfits">Of those refused: requests that do not fit what callers know of the endpoint either. They say nothing of the variant.</param>
[GenerateSerializer, Immutable, Alias("mlops.VariantCounts")]
public sealed record VariantCounts(
    [property: Id(0)] string Variant,
    [property: Id(1)] long LoadRevision,
    [property: Id(2)] long Requests,
    [property: Id(3)] long Errors,
    [property: Id(4)] long Refused,
    [property: Id(5)] SparseHistogram Latency,
    [property: Id(6)] long Misfits = 0);

/// <summary>How a shadow's answers differ from those that callers got.</summary>
/// <param name="Compared">Requests that both answered.</param>
/// <param name="Failed">Requests that the shadow failed.</param>
/// <param name="Dropped">Requests that it never saw because it could not keep up.</param>
/// <param name="Latency">Of the shadow, ms.</param>
[GenerateSerializer, Immutable, Alias("mlops.ShadowCounts")]
public sealed record ShadowCounts(
    [property: Id(0)] string Variant,
    [property: Id(1)] long LoadRevision,
    [property: Id(2)] long Compared,
    [property: Id(3)] long Failed,
    [property: Id(4)] long Dropped,
    [property: Id(5)] SparseHistogram Latency,
    [property: Id(6)] IReadOnlyList<OutputDifference> Outputs);

/// <summary>One output, element by element. The relative difference is |a − b| / max(|a|, |b|), so 0 to 2, and 0 for two zeros.</summary>
/// <param name="Elements">Pairs compared.</param>
/// <param name="AbsoluteSum">Of the differences, by <see cref="Sum"/>.</param>
/// <param name="Incomparable">Requests whose two tensors had another shape, or no numbers.</param>
/// <param name="NonFinite">Pairs of which exactly one was NaN or infinite, or the infinities differed; not in the differences.</param>
/// <param name="SignFlips">Pairs of which one is above and the other below 0.</param>
/// <param name="Rows">Rows that are probability vectors in both.</param>
/// <param name="ArgmaxDisagreements">Rows whose largest probability is another class.</param>
/// <param name="Live">A sample of the callers' values in the first <see cref="RankColumns"/> columns, pair by pair with <paramref name="Shadow"/>.</param>
/// <param name="Columns">Of each pair of the sample, from 0: where in its row it stood. A row is one index of the tensor's first dimension; a tensor of fewer than two has one column.
/// Null: from a gateway that did not tell, so the pairs cannot be ranked.</param>
[GenerateSerializer, Immutable, Alias("mlops.OutputDifference")]
public sealed record OutputDifference(
    [property: Id(0)] string Output,
    [property: Id(1)] long Elements,
    [property: Id(2)] long Incomparable,
    [property: Id(3)] long NonFinite,
    [property: Id(4)] double AbsoluteSum,
    [property: Id(5)] double AbsoluteMax,
    [property: Id(6)] SparseHistogram Absolute,
    [property: Id(7)] double RelativeSum,
    [property: Id(8)] double RelativeMax,
    [property: Id(9)] SparseHistogram Relative,
    [property: Id(10)] long SignFlips,
    [property: Id(11)] long Rows,
    [property: Id(12)] long ArgmaxDisagreements,
    [property: Id(13)] double[] Live,
    [property: Id(14)] double[] Shadow,
    [property: Id(15)] int[]? Columns = null)
{
    /// <summary>The sum, which stays at the largest number rather than be infinite.</summary>
    public static double Sum(double a, double b) => Math.Min(a + b, double.MaxValue);

    /// <summary>Pairs kept for the rank correlation.</summary>
    public const int SampleSize = 1024;

    /// <summary>Columns that they are of: with more, the sample would have too few of each to rank.</summary>
    public const int RankColumns = 64;
}
