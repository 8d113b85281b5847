namespace MLOps.Client.Serving;

/// <summary>A line of an endpoint's history.</summary>
/// <param name="Kind">For example <c>deployed</c> or <c>canary_rolled_back</c>.</param>
public sealed record EndpointEvent(DateTimeOffset? Timestamp, string Kind, string? Variant, string Message, string By, long Revision);
