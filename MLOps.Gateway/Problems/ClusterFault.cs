using MLOps.Contracts.Problems;

namespace MLOps.Gateway.Problems;

/// <summary>Tells a cluster that is changing (a silo died or stops, none has been found yet) from a bug: the caller may ask again, and clients of MLflow do so by themselves.</summary>
internal static class ClusterFault
{
    /// <returns>Null: the exception is something else.</returns>
    public static MLOpsException? Of(Exception exception) => exception is OrleansException or TimeoutException
        ? new MLOpsException(ProblemCode.Unavailable, "The part of the cluster that has this does not answer at the moment: try again.", exception) { RetryAfter = TimeSpan.FromSeconds(1) }
        : null;
}
