namespace MLOps.Gateway.Endpoints;

/// <summary>A replica's encoded answer.</summary>
/// <param name="Waited">How long the request waited in the replica before its model ran.</param>
internal readonly record struct ReplicaAnswer(ReadOnlyMemory<byte> Payload, TimeSpan Waited);
