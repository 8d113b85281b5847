using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using MLOps.Contracts.Batch;
using MLOps.Contracts.Catalog;
using MLOps.Contracts.Problems;
using MLOps.Gateway.Endpoints;
using MLOps.Gateway.Hosting;
using MLOps.Gateway.Problems;

namespace MLOps.Gateway.Batch;

/// <summary>/mlops/batch.</summary>
public static class BatchApi
{
    public static IHostApplicationBuilder AddBatchApi(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<BatchUploadOptions>()
            .BindConfiguration(BatchUploadOptions.SectionName)
            .Validate(options => options.MaximumUploadBytes > 0, $"{BatchUploadOptions.SectionName}:{nameof(BatchUploadOptions.MaximumUploadBytes)} must be above 0.")
            .ValidateOnStart();
        return builder;
    }

    public static WebApplication MapBatchApi(this WebApplication app)
    {
        var batch = app.MapGroup("/mlops/batch").WithTags("Batch inference").WithProblems();
        batch.MapPost("/upload", BatchUploadHandler.PostAsync).WithName("UploadBatchInput").WithSummary("Send a CSV or Parquet file for batch jobs")
            .WithBody<string>("text/csv").Produces<BatchUpload>(StatusCodes.Status201Created).WithProblems(StatusCodes.Status413PayloadTooLarge);
        batch.MapPost("/start", StartAsync).WithName("StartBatchJob").WithSummary("Start a batch inference job")
            .WithBody<StartBatchRequest>().Produces<BatchJobResponse>(StatusCodes.Status202Accepted);
        batch.MapGet("/jobs", ListAsync).WithName("ListBatchJobs").WithSummary("All jobs, newest first").Produces<BatchJobListResponse>();
        batch.MapGet("/{id}", GetAsync).WithName("GetBatchJob").WithSummary("One job").Produces<BatchJobResponse>();
        batch.MapPost("/{id}/pause", PauseAsync).WithName("PauseBatchJob").WithSummary("Pause a queued or running job").Produces<BatchJobResponse>().WithProblems(StatusCodes.Status409Conflict);
        batch.MapPost("/{id}/resume", ResumeAsync).WithName("ResumeBatchJob").WithSummary("Go on with a paused job").Produces<BatchJobResponse>().WithProblems(StatusCodes.Status409Conflict);
        batch.MapPost("/{id}/stop", StopAsync).WithName("StopBatchJob").WithSummary("Stop a job that has not ended").Produces<BatchJobResponse>().WithProblems(StatusCodes.Status409Conflict);
        return app;
    }

    private static async Task<IResult> StartAsync(HttpContext context, IGrainFactory grains, CancellationToken cancellationToken)
    {
        var request = await JsonBody.ReadAsync<StartBatchRequest>(context, """{"endpoint" or "model_uri", "dataset" or "upload_id", …}""", cancellationToken);
        var job = await grains.GetGrain<IBatchJobGrain>(Guid.NewGuid().ToString("N")).StartAsync(request.ToSpec());
        return Results.Json(BatchJobResponse.Of(job), ServingJson.Options, statusCode: StatusCodes.Status202Accepted);
    }

    private static async Task<IResult> ListAsync(IGrainFactory grains)
    {
        var jobs = await BatchJobs.FindAsync(NameIndex.BatchJobs, grains);
        return Results.Json(new BatchJobListResponse([.. jobs.Select(BatchJobResponse.Of)]), ServingJson.Options);
    }

    private static async Task<IResult> GetAsync(string id, IGrainFactory grains) => Json(await Job(id, grains).GetAsync());

    private static async Task<IResult> PauseAsync(string id, IGrainFactory grains) => Json(await Job(id, grains).PauseAsync());

    private static async Task<IResult> ResumeAsync(string id, IGrainFactory grains) => Json(await Job(id, grains).ResumeAsync());

    private static async Task<IResult> StopAsync(string id, IGrainFactory grains) => Json(await Job(id, grains).StopAsync());

    /// <summary>An id that no job can have is an unknown one; no grain is made for it.</summary>
    private static IBatchJobGrain Job(string id, IGrainFactory grains) => Guid.TryParseExact(id, "N", out _)
        ? grains.GetGrain<IBatchJobGrain>(id)
        : throw new MLOpsException(ProblemCode.NotFound, $"Batch job '{NameRules.Shortened(id)}' does not exist.");

    private static IResult Json(BatchJobSnapshot job) => Results.Json(BatchJobResponse.Of(job), ServingJson.Options);
}
