using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using MLOps.Contracts.Models;
using MLOps.Contracts.Problems;
using MLOps.Gateway.Endpoints;
using MLOps.Gateway.Hosting;
using MLOps.Tracking;
using Orleans.Concurrency;

namespace MLOps.Gateway.Features;

/// <summary>Features of model versions that were trained through a feature pipeline.</summary>
public static class FeaturesApi
{
    public static WebApplication MapFeaturesApi(this WebApplication app)
    {
        app.MapPost("/api/v1/mlflow/models/{name}/versions/{version:int}/features", PostAsync)
            .WithTags("Models")
            .WithName("ComputeFeatures")
            .WithSummary("The features of raw rows as the version takes them, by the pipeline that it was trained through")
            .WithBody<string>("text/csv")
            .Produces<FeaturesResponse>()
            .WithProblems()
            .WithProblems(StatusCodes.Status409Conflict, StatusCodes.Status413PayloadTooLarge);
        return app;
    }

    private static async Task<IResult> PostAsync(HttpContext context, string name, int version, IModelRegistryStore registry, IGrainFactory grains, CancellationToken cancellationToken)
    {
        var body = UploadBody.Open(context, IFeatureGrain.MaximumBytes, "the rows themselves as CSV, Parquet or JSON lines");
        using var rows = new MemoryStream();
        await body.CopyToAsync(rows, cancellationToken);
        if (rows.Length == 0)
        {
            throw new MLOpsException(ProblemCode.InvalidArgument, "The body is empty: expected raw rows as CSV, Parquet or JSON lines.");
        }

        var location = (await registry.GetModelVersionAsync(name, version, cancellationToken)).Location;
        var features = await grains.GetGrain<IFeatureGrain>(0).ComputeAsync(location, new Immutable<byte[]>(rows.ToArray()));
        var values = MemoryMarshal.Cast<byte, double>(features.Values).ToArray();
        return Results.Json(new FeaturesResponse(features.Names, features.Times, [.. values.Chunk(features.Names.Count)], features.Lookback), ServingJson.Options);
    }
}
