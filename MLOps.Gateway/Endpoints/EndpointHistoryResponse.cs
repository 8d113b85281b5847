using MLOps.Contracts.Endpoints;

namespace MLOps.Gateway.Endpoints;

/// <summary>An endpoint's history, newest first.</summary>
internal sealed record EndpointHistoryResponse(IEnumerable<EndpointEventResponse> Events, string? NextPageToken);

internal sealed record EndpointEventResponse(long Timestamp, string Kind, string? Variant, string Message, string By, long Revision)
{
    public static EndpointEventResponse Of(EndpointEvent line) =>
        new(line.Timestamp, System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(line.Kind.ToString()), line.Variant, line.Message, line.By, line.Revision);
}
