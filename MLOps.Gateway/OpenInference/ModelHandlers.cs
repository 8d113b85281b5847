using Microsoft.AspNetCore.Http;
using MLOps.Contracts.Endpoints;
using MLOps.Gateway.Endpoints;
using MLOps.Inference.Engine;

namespace MLOps.Gateway.OpenInference;

/// <summary>What an endpoint's model takes, gives and whether it can answer.</summary>
internal static class ModelHandlers
{
    public static async Task<IResult> MetadataAsync(string model, string? version, RoutingTable routes)
    {
        var route = await routes.GetAsync(model);
        var signature = route.Find(version).Signature!;
        return Results.Json(new
        {
            name = route.Endpoint.Name,
            versions = route.Versions,
            platform = ModelMetadata.Platform,
            inputs = Tensors(signature.Inputs),
            outputs = Tensors(signature.Outputs),
        });
    }

    public static async Task<IResult> ReadyAsync(string model, string? version, ModelRepository repository)
    {
        var ready = await repository.IsReadyAsync(model, version);
        return Results.Json(new { name = model, ready }, statusCode: ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }

    private static IEnumerable<object> Tensors(IReadOnlyList<TensorSignature> tensors) =>
        tensors.Select(tensor => new { name = tensor.Name, datatype = tensor.Datatype, shape = tensor.Shape });
}
