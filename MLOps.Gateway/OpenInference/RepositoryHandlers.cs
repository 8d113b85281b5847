using System.Text.Json;
using Microsoft.AspNetCore.Http;
using MLOps.Contracts.Catalog;
using MLOps.Contracts.Endpoints;
using MLOps.Contracts.Problems;
using MLOps.Gateway.Endpoints;
using MLOps.Inference;
using MLOps.Inference.Codecs;

namespace MLOps.Gateway.OpenInference;

/// <summary>The model repository extension over endpoints: they are made and deleted by the platform's own API, so here they are listed and refreshed.</summary>
internal static class RepositoryHandlers
{
    public static async Task<IResult> IndexAsync(HttpContext context, IGrainFactory grains, RoutingTable routes, CancellationToken cancellationToken)
    {
        // Clients send an empty body; anything else must at least be JSON. Every endpoint listed is ready, so the "ready" filter changes nothing.
        using var body = await InferenceBody.ReadAsync(context, cancellationToken);
        if (body.Length > 0)
        {
            CheckJson(body.Memory);
        }

        var models = new List<object>();
        foreach (var name in await grains.GetGrain<INameIndexGrain>(NameIndex.Endpoints).ListAsync())
        {
            try
            {
                var endpoint = (await routes.GetAsync(name)).Endpoint;
                models.AddRange(endpoint.Variants.Select(variant => new
                {
                    name,
                    version = $"{variant.ModelVersion}",
                    state = endpoint.Status == EndpointStatus.Ready ? "READY" : "UNAVAILABLE",
                    reason = endpoint.StatusMessage ?? "",
                }));
            }
            catch (MLOpsException exception) when (exception.Code == ProblemCode.NotFound)
            {
                // A name is listed before its endpoint is first written and until after it is deleted.
                continue;
            }
        }

        return Results.Json(models);
    }

    public static async Task<IResult> LoadAsync(string model, IGrainFactory grains)
    {
        EndpointName.Check(model, "endpoint name");
        await grains.GetGrain<IEndpointGrain>(model).RefreshAsync();
        return Results.Ok();
    }

    public static IResult Unload(string model)
    {
        EndpointName.Check(model, "endpoint name");
        throw new MLOpsException(ProblemCode.NotImplemented, "Endpoints are not unloaded by this protocol: DELETE /api/v1/mlflow/serving/endpoints/{name} removes one.");
    }

    private static void CheckJson(ReadOnlyMemory<byte> body)
    {
        try
        {
            var reader = new Utf8JsonReader(body.Span, new JsonReaderOptions { MaxDepth = OipLimits.MaxDepth });
            while (reader.Read())
            {
            }
        }
        catch (JsonException exception)
        {
            throw new InferenceException(InferenceError.InvalidRequest, $"The body is not JSON: {exception.Message}", exception);
        }
    }
}
