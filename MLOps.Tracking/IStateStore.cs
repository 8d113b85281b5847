using MLOps.Contracts.Problems;

namespace MLOps.Tracking;

/// <summary>Small states of entities (grains), each replaced whole under an ETag. Same durability promise as <see cref="ITrackingStore"/>.</summary>
public interface IStateStore
{
    /// <returns>Null when there is no such state.</returns>
    Task<StoredState?> ReadAsync(string type, string id, CancellationToken cancellationToken = default);

    /// <param name="type">Kind of the state.</param>
    /// <param name="id">Whose it is.</param>
    /// <param name="payload">The new state.</param>
    /// <param name="etag">Of the state that is replaced; null: there must be none.</param>
    /// <param name="cancellationToken">Ends the wait for a place in the write queue.</param>
    /// <returns>The new ETag.</returns>
    /// <exception cref="MLOpsException">Conflict: somebody else wrote since <paramref name="etag"/>.</exception>
    Task<string> WriteAsync(string type, string id, byte[] payload, string? etag, CancellationToken cancellationToken = default);

    /// <exception cref="MLOpsException">Conflict: somebody else wrote since <paramref name="etag"/>.</exception>
    Task ClearAsync(string type, string id, string? etag, CancellationToken cancellationToken = default);

    /// <summary>Goes through the write path without changing anything.</summary>
    Task ProbeAsync(CancellationToken cancellationToken = default);
}

public sealed record StoredState(byte[] Payload, string ETag);
