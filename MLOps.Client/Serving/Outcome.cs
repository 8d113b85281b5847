namespace MLOps.Client.Serving;

/// <summary>What became of a request.</summary>
/// <param name="RequestId">The answer's <c>X-Request-Id</c>, or the request's own id.</param>
/// <param name="Metric">What <paramref name="Value"/> measures.</param>
public sealed record Outcome(string RequestId, string? Metric = null, double? Value = null, string? Label = null, DateTimeOffset? Timestamp = null);

/// <param name="Conflicting">Request ids whose metric has another value already: the first one stands.</param>
/// <param name="Unknown">Request ids that are not kept.</param>
public sealed record FeedbackResult(int Accepted, int Duplicates, IReadOnlyList<string> Conflicting, IReadOnlyList<string> Unknown);
