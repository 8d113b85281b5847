namespace MLOps.Gateway.Endpoints;

/// <summary>A request for shadows, in memory of its own: the caller's buffers are gone by now. The shadows that take the same inputs share it.</summary>
/// <param name="Inputs">Inputs and the names of the outputs wanted, as a message; empty where a source makes them.</param>
/// <param name="Source">What each shadow's own inputs are made of; null: they take those of who answered.</param>
/// <param name="Answer">What the caller got, as a message.</param>
internal sealed record ShadowRequest(byte[] Inputs, InputSource? Source, byte[] Answer)
{
    public long Bytes => Inputs.Length + (Source?.Bytes ?? 0) + Answer.Length;
}
