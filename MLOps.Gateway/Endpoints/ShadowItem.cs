namespace MLOps.Gateway.Endpoints;

/// <summary>A request for shadows, in memory of its own: the caller's buffers are gone by now.</summary>
/// <param name="Targets">The shadows whose sample it is in.</param>
/// <param name="Request">Inputs and the names of the outputs wanted; empty where a source makes them.</param>
/// <param name="Source">What each shadow's own inputs are made of; null: they take those of who answered.</param>
/// <param name="Answer">What the caller got.</param>
/// <param name="Drained">Marks that everything before it is compared.</param>
internal readonly record struct ShadowItem(string Endpoint, RouteTarget[] Targets, byte[] Request, InputSource? Source, byte[] Answer, TaskCompletionSource? Drained)
{
    public long Bytes => Request.Length + (Source?.Bytes ?? 0) + Answer.Length;
}
