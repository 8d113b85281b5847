using MLOps.Contracts.Problems;

namespace MLOps.Gateway.Problems;

/// <summary>How many entries a page of our own listings may have.</summary>
internal static class Paging
{
    /// <summary>Entries of a page when the caller does not say.</summary>
    public const int Default = 100;

    /// <summary>The most entries of a page.</summary>
    public const int Limit = 1000;

    /// <exception cref="MLOpsException">InvalidArgument: not 1 to <paramref name="limit"/>.</exception>
    public static int Check(int maxResults, int limit = Limit) => maxResults >= 1 && maxResults <= limit
        ? maxResults
        : throw new MLOpsException(ProblemCode.InvalidArgument, $"max_results is {maxResults}: expected 1 to {limit}");
}
