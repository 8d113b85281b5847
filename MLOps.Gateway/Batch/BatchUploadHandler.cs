using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using MLOps.Contracts.Batch;
using MLOps.Contracts.Problems;
using MLOps.Gateway.Endpoints;
using MLOps.Gateway.Hosting;
using MLOps.Tracking;

namespace MLOps.Gateway.Batch;

/// <summary>Takes a file for batch jobs: streams it to the artifact store, then describes it beside. What is described is whole.</summary>
internal static class BatchUploadHandler
{
    public static async Task<IResult> PostAsync(HttpContext context, IArtifactStore artifacts, IOptions<BatchUploadOptions> options, CancellationToken cancellationToken)
    {
        var body = UploadBody.Open(context, options.Value.MaximumUploadBytes, "the CSV, Parquet or JSON lines file itself, for example curl --data-binary @rows.parquet");
        var id = Guid.NewGuid().ToString("N");
        using var content = new MeasuredStream(body);
        await artifacts.WriteAsync(BatchUpload.ContentPath(id), content, cancellationToken);
        if (content.BytesRead == 0)
        {
            await artifacts.DeleteAsync(BatchUpload.ContentPath(id), CancellationToken.None);
            throw new MLOpsException(ProblemCode.InvalidArgument, "The body is empty: expected a CSV with a header line, a Parquet file or JSON lines.");
        }

        var upload = new BatchUpload(id, content.IsParquet ? "parquet" : content.IsJsonLines ? "jsonl" : "csv", content.BytesRead, content.Digest());
        using var description = new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(upload));
        await artifacts.WriteAsync(BatchUpload.DescriptionPath(id), description, cancellationToken);
        return Results.Json(upload, ServingJson.Options, statusCode: StatusCodes.Status201Created);
    }
}
