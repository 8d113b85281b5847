namespace MLOps.Gateway.Endpoints;

internal sealed record EndpointListResponse(IReadOnlyList<EndpointResponse> Endpoints);
