using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using MLOps.Contracts.Datasets;
using MLOps.Contracts.Problems;
using MLOps.Gateway.Endpoints;
using MLOps.Gateway.Hosting;
using MLOps.Tracking;

namespace MLOps.Gateway.Datasets;

/// <summary>Takes a file, sent or from the import folder: streams it to a staging file, lets the dataset's grain check and register it, and takes the staging file away.</summary>
internal static class DatasetUpload
{
    public static async Task<IResult> PostAsync(
        HttpContext context, string name, string? kind, string? path, IArtifactStore artifacts, IGrainFactory grains, IOptions<DatasetsOptions> options, CancellationToken cancellationToken)
    {
        DatasetName.Check(name);
        await using var content = Open(context, path, options.Value);
        var dataset = grains.GetGrain<IDatasetGrain>(name);
        var staged = $"datasets/{name}/staging/{Guid.NewGuid():N}";
        try
        {
            await artifacts.WriteAsync(staged, content, cancellationToken);
            var registered = await dataset.RegisterAsync(kind ?? "", ArtifactUri.FromStorePath(staged));
            return Results.Json(
                registered.Version,
                ServingJson.Options,
                statusCode: registered.IsNew ? StatusCodes.Status201Created : StatusCodes.Status200OK);
        }
        finally
        {
            // The caller may have gone; the staging file goes all the same.
            await artifacts.DeleteAsync(staged, CancellationToken.None);
        }
    }

    private static Stream Open(HttpContext context, string? path, DatasetsOptions options)
    {
        if (path is null)
        {
            return UploadBody.Open(context, options.MaximumUploadBytes, "the CSV, Parquet or JSON lines file itself, for example curl --data-binary @file.csv -H 'content-type: text/csv'");
        }

        return context.Request.ContentLength is > 0 || context.Request.Headers.TransferEncoding.Count > 0
            ? throw new MLOpsException(ProblemCode.InvalidArgument, "Both 'path' and a body are given: expected one of them.")
            : ImportFolder.Open(options.ImportFolder, path);
    }
}
