using MLOps.Contracts.Problems;

namespace MLOps.Tracking.Rest;

/// <summary>Whether a try that failed may be repeated.</summary>
internal enum RetryRule
{
    /// <summary>The same call gets the same answer.</summary>
    Never = 0,

    /// <summary>It is not known whether the call was carried out.</summary>
    WhenIdempotent,

    /// <summary>The call was not carried out.</summary>
    Always,
}

/// <summary>Why one try failed.</summary>
/// <param name="Problem">What the caller is told when there is no further try.</param>
/// <param name="After">How long the server asks to wait; null: it does not say.</param>
internal sealed record UpstreamFailure(MLOpsException Problem, RetryRule Rule, TimeSpan? After = null)
{
    public bool MayRepeat(bool isIdempotent) => Rule == RetryRule.Always || (Rule == RetryRule.WhenIdempotent && isIdempotent);
}
