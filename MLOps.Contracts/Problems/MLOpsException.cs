namespace MLOps.Contracts.Problems;

/// <summary>The one error type of the platform: a code for programs, a message for people.
/// The message says what was wrong, what was expected and what to do.</summary>
[GenerateSerializer, Alias("mlops.MLOpsException")]
public sealed class MLOpsException : Exception
{
    public MLOpsException(ProblemCode code, string message)
        : base(message) => Code = code;

    public MLOpsException(ProblemCode code, string message, Exception? innerException)
        : base(message, innerException) => Code = code;

    /// <summary>The kind of problem; protocols translate it to their status.</summary>
    [Id(0)]
    public ProblemCode Code { get; }

    /// <summary>When a retry may succeed; null: nobody knows; <see cref="Timeout.InfiniteTimeSpan"/>: not by waiting, somebody has to do something first.</summary>
    [Id(1)]
    public TimeSpan? RetryAfter { get; init; }
}
