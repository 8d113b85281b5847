namespace MLOps.Gateway.Endpoints;

/// <summary>What waits in a lane: a request for its shadow, or a mark.</summary>
/// <param name="Target">The shadow as it was when the request was answered.</param>
/// <param name="Drained">A mark, with nothing else: everything before it is compared.</param>
internal readonly record struct ShadowItem(RouteTarget? Target, ShadowRequest? Request, TaskCompletionSource? Drained = null);
