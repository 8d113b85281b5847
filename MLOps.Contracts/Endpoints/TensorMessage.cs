namespace MLOps.Contracts.Endpoints;

/// <summary>Tensors as bytes: a <c>float[]</c> in a remote Orleans call is two to three times slower.</summary>
[GenerateSerializer, Immutable, Alias("mlops.TensorMessage")]
public sealed class TensorMessage(byte[] payload, TimeSpan waited = default, string? link = null)
{
    [Id(0)]
    public byte[] Payload { get; } = payload;

    /// <summary>Of an answer: how long the request waited in the replica before its model ran.</summary>
    [Id(1)]
    public TimeSpan Waited { get; } = waited;

    /// <summary>Of an answer: where the replica's silo answers on links, a shorter way for the next requests; null: it does not.</summary>
    [Id(2)]
    public string? Link { get; } = link;
}
