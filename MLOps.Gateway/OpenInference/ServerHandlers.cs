using Microsoft.AspNetCore.Http;

namespace MLOps.Gateway.OpenInference;

/// <summary>What the server says of itself.</summary>
internal static class ServerHandlers
{
    public static IResult Metadata() => Results.Json(new { name = ServerDescription.Name, version = ServerDescription.Version, extensions = ServerDescription.Extensions });

    public static IResult Live() => Results.Json(new { live = true });

    /// <summary>Ready when the cluster answers a grain call and this process does not stop.</summary>
    public static async Task<IResult> ReadyAsync(ModelRepository repository)
    {
        var ready = await repository.IsReadyAsync();
        return Results.Json(new { ready }, statusCode: ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }
}
