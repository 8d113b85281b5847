using Microsoft.AspNetCore.Http;
using MLOps.Contracts.Catalog;
using MLOps.Gateway.Endpoints;

namespace MLOps.Gateway.OpenInference;

/// <summary>What the server says of itself.</summary>
internal static class ServerHandlers
{
    private static readonly string Version = typeof(ServerHandlers).Assembly.GetName().Version?.ToString(3) ?? "0";

    public static IResult Metadata() => Results.Json(new
    {
        name = "mlops",
        version = Version,
        extensions = (string[])["binary_tensor_data", "model_repository", "statistics"],
    });

    public static IResult Live() => Results.Json(new { live = true });

    /// <summary>Ready when the cluster answers a grain call and this process does not stop.</summary>
    public static async Task<IResult> ReadyAsync(IGrainFactory grains, EndpointInvoker invoker)
    {
        if (invoker.IsDraining)
        {
            return Results.Json(new { ready = false }, statusCode: StatusCodes.Status503ServiceUnavailable);
        }

        try
        {
            await grains.GetGrain<INameIndexGrain>(NameIndex.Endpoints).ListAsync();
            return Results.Json(new { ready = true });
        }
        catch (Exception exception) when (exception is OrleansException or TimeoutException)
        {
            return Results.Json(new { ready = false }, statusCode: StatusCodes.Status503ServiceUnavailable);
        }
    }
}
