namespace MLOps.Bench.Load;

/// <summary>One kind of request, made anew for every call.</summary>
/// <param name="Request">Makes the request of a worker's n-th call; workers and numbers together are unique.</param>
/// <param name="Open">Opens a worker's connection; null: HTTP/1.1 to the suite's server.</param>
internal sealed record Scenario(string Name, Func<int, long, LoadRequest> Request, Func<CancellationToken, Task<ILoadConnection>>? Open = null);

/// <summary>A request as it goes on the wire.</summary>
/// <param name="Path">Relative to the server's base address.</param>
/// <param name="Headers">Further header lines, each with its line end.</param>
internal readonly record struct LoadRequest(string Method, string Path, ReadOnlyMemory<byte> Body, string? ContentType = null, string Headers = "");
