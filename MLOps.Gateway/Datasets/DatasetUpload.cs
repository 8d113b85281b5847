using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using MLOps.Contracts.Datasets;
using MLOps.Gateway.Endpoints;
using MLOps.Gateway.Hosting;
using MLOps.Tracking;

namespace MLOps.Gateway.Datasets;

/// <summary>Takes an upload: streams it to a staging file, lets the dataset's grain check and register it, and takes the staging file away.</summary>
internal static class DatasetUpload
{
    public static async Task<IResult> PostAsync(
        HttpContext context, string name, string? kind, IArtifactStore artifacts, IGrainFactory grains, IOptions<DatasetsOptions> options, CancellationToken cancellationToken)
    {
        DatasetName.Check(name);
        var body = UploadBody.Open(context, options.Value.MaximumUploadBytes, "the CSV itself as text/csv, for example curl --data-binary @file.csv -H 'content-type: text/csv'");
        var dataset = grains.GetGrain<IDatasetGrain>(name);
        var staged = $"datasets/{name}/staging/{Guid.NewGuid():N}.csv";
        try
        {
            await artifacts.WriteAsync(staged, body, cancellationToken);
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
}
