namespace MLOps.Bench.Load;

/// <summary>One connection of a worker.</summary>
internal interface ILoadConnection : IDisposable
{
    /// <returns>The status, 400 or more for a refusal, and then why.</returns>
    /// <exception cref="IOException">The connection was closed, or what came is no answer.</exception>
    Task<(int Status, string? Error)> SendAsync(LoadRequest request, CancellationToken cancellationToken);
}
