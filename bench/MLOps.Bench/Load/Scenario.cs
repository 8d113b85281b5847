namespace MLOps.Bench.Load;

/// <summary>One kind of request, made anew for every call.</summary>
/// <param name="Request">Makes the request of a worker's n-th call; workers and numbers together are unique.</param>
internal sealed record Scenario(string Name, Func<int, long, HttpRequestMessage> Request);
