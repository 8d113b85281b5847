namespace MLOps.Gateway.Endpoints;

/// <summary>A request for shadows, in memory of its own: the caller's buffers are gone by now.</summary>
/// <param name="Targets">The shadows whose sample it is in.</param>
/// <param name="Request">Inputs and the names of the outputs wanted; of a request of raw rows those rows, of which each shadow's own pipeline makes its inputs.</param>
/// <param name="Answer">What the caller got.</param>
/// <param name="Drained">Marks that everything before it is compared.</param>
internal readonly record struct ShadowItem(string Endpoint, RouteTarget[] Targets, byte[] Request, byte[] Answer, TaskCompletionSource? Drained, bool AreRows = false)
{
    public long Bytes => Request.Length + Answer.Length;
}
