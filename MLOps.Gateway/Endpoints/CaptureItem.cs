using MLOps.Contracts.Monitoring;

namespace MLOps.Gateway.Endpoints;

/// <summary>One request's observations, or, with <see cref="Drained"/>, a marker that everything before it has been sent.</summary>
internal readonly record struct CaptureItem(string Endpoint, ObservedInput[] Observations, TaskCompletionSource? Drained);
