using MLOps.Contracts.Problems;

namespace MLOps.Tracking;

/// <summary>The server behind this one, which keeps the traces when it keeps the runs.</summary>
public interface ITraceUpstream
{
    /// <summary>False: traces are in a database.</summary>
    bool IsUsed { get; }

    /// <summary>Sends a call as it came.</summary>
    /// <param name="method">The method.</param>
    /// <param name="target">Path and query.</param>
    /// <param name="body">The body; empty: none.</param>
    /// <param name="headers">Headers of the body, and MLflow's own.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The answer, a refusal too.</returns>
    /// <exception cref="MLOpsException">Unavailable or DeadlineExceeded: it cannot be reached, or does not answer.</exception>
    Task<UpstreamAnswer> SendAsync(HttpMethod method, string target, ReadOnlyMemory<byte> body, IReadOnlyList<KeyValuePair<string, string>> headers, CancellationToken cancellationToken = default);
}

/// <param name="ContentType">Null: the answer has no body.</param>
public sealed record UpstreamAnswer(int Status, string? ContentType, ReadOnlyMemory<byte> Body);
