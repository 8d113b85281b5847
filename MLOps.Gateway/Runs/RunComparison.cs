namespace MLOps.Gateway.Runs;

/// <summary>What to compare.</summary>
/// <param name="RunIds">1 to 500.</param>
/// <param name="Metrics">Metrics whose curves are wanted, at most 20; null: none.</param>
/// <param name="MaxPoints">Rows of a curve, 4 to 2000. Default: 2000.</param>
/// <param name="FromStep">First step of the curves; null: open.</param>
/// <param name="ToStep">Last step of the curves; null: open.</param>
internal sealed record CompareRequest(IReadOnlyList<string>? RunIds, IReadOnlyList<string>? Metrics, int? MaxPoints, long? FromStep, long? ToStep);

/// <summary>Runs side by side. Every list of values is in the order of the runs; null: the run has none.</summary>
internal sealed record RunComparison(
    IReadOnlyList<RunInfoItem> Runs,
    IReadOnlyList<ComparedParam> Params,
    IReadOnlyList<ComparedMetric> Metrics,
    IReadOnlyList<AlignedCurve> Curves);

/// <param name="Differs">Whether two runs have different values, or one has none.</param>
internal sealed record ComparedParam(string Key, bool Differs, IReadOnlyList<string?> Values);

/// <param name="Differs">Whether two runs have different values, or one has none.</param>
/// <param name="Values">The latest of each run.</param>
internal sealed record ComparedMetric(string Key, bool Differs, IReadOnlyList<double?> Values);

/// <summary>One metric of several runs over common steps.</summary>
/// <param name="Reduced">False: every step, its last value. True: of each bucket of steps the smallest and largest value of each run, in the order in which they came.</param>
internal sealed record AlignedCurve(string Key, bool Reduced, IReadOnlyList<long> Steps, IReadOnlyList<AlignedSeries> Series);

/// <param name="Values">One a step; null: nothing was logged there.</param>
internal sealed record AlignedSeries(string RunId, IReadOnlyList<double?> Values);
