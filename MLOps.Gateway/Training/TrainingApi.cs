using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using MLOps.Contracts.Catalog;
using MLOps.Contracts.Problems;
using MLOps.Contracts.Training;
using MLOps.Gateway.Endpoints;
using MLOps.Gateway.Hosting;
using MLOps.Gateway.Problems;
using MLOps.Gateway.Training.Retraining;
using MLOps.Gateway.Training.Search;

namespace MLOps.Gateway.Training;

/// <summary>/mlops/training and the model catalogue.</summary>
public static class TrainingApi
{
    public static IHostApplicationBuilder AddTrainingApi(this IHostApplicationBuilder builder) => builder;

    public static WebApplication MapTrainingApi(this WebApplication app)
    {
        app.MapGet("/api/v1/models/catalog", GetCatalogAsync).WithTags("Training").WithName("GetCatalog").WithSummary("Models that can be trained, with their hyper-parameters").Produces<CatalogResponse>().WithProblems();
        var training = app.MapGroup("/mlops/training").WithTags("Training").WithProblems();
        training.MapPost("/start", StartAsync).WithName("StartTraining").WithSummary("Start a training job")
            .WithBody<StartTrainingRequest>().Produces<TrainingJobResponse>(StatusCodes.Status202Accepted);
        training.MapGet("/jobs", ListAsync).WithName("ListTrainingJobs").WithSummary("All jobs, newest first").Produces<TrainingJobListResponse>();
        training.MapGet("/{id}", GetAsync).WithName("GetTrainingJob").WithSummary("One job").Produces<TrainingJobResponse>();
        training.MapGet("/{id}/events", TrainingStream.WriteAsync).WithName("StreamTrainingJob").WithSummary("Server-sent events of one job: the job at every change, its curves so far, then each metric; ends when the job has ended").Produces<string>(contentType: "text/event-stream");
        training.MapPost("/{id}/pause", PauseAsync).WithName("PauseTrainingJob").WithSummary("Pause a queued or running job; a running one writes a checkpoint first").Produces<TrainingJobResponse>().WithProblems(StatusCodes.Status409Conflict);
        training.MapPost("/{id}/resume", ResumeAsync).WithName("ResumeTrainingJob").WithSummary("Go on with a paused job at its checkpoint").Produces<TrainingJobResponse>().WithProblems(StatusCodes.Status409Conflict);
        training.MapPost("/{id}/stop", StopAsync).WithName("StopTrainingJob").WithSummary("Stop a job that has not ended; the best model so far, if there is one, is kept in its run. A second stop ends it at once").Produces<TrainingJobResponse>().WithProblems(StatusCodes.Status409Conflict);
        training.MapSearchApi();
        training.MapRetrainingList();
        app.MapRetrainingApi();
        return app;
    }

    private static async Task<IResult> GetCatalogAsync(IGrainFactory grains) =>
        Results.Json(new CatalogResponse(await grains.GetGrain<ITrainingCatalogGrain>(0).ListAsync()), ServingJson.Options);

    private static async Task<IResult> StartAsync(HttpContext context, IGrainFactory grains, CancellationToken cancellationToken)
    {
        var request = await JsonBody.ReadAsync<StartTrainingRequest>(context, """{"model", "dataset", …}""", cancellationToken);
        var job = await grains.GetGrain<ITrainingJobGrain>(Guid.NewGuid().ToString("N")).StartAsync(request.ToSpec());
        return Results.Json(TrainingJobResponse.Of(job), ServingJson.Options, statusCode: StatusCodes.Status202Accepted);
    }

    private static async Task<IResult> ListAsync(IGrainFactory grains)
    {
        var ids = await grains.GetGrain<INameIndexGrain>(NameIndex.TrainingJobs).ListAsync();
        var jobs = await Task.WhenAll(ids.Select(id => FindAsync(id, grains)));
        return Results.Json(
            new TrainingJobListResponse([.. jobs.OfType<TrainingJobSnapshot>().OrderByDescending(job => job.CreationTime).Select(TrainingJobResponse.Of)]),
            ServingJson.Options);
    }

    private static async Task<IResult> GetAsync(string id, IGrainFactory grains) => Json(await Job(id, grains).GetAsync());

    private static async Task<IResult> PauseAsync(string id, IGrainFactory grains) => Json(await Job(id, grains).PauseAsync());

    private static async Task<IResult> ResumeAsync(string id, IGrainFactory grains) => Json(await Job(id, grains).ResumeAsync());

    private static async Task<IResult> StopAsync(string id, IGrainFactory grains) => Json(await Job(id, grains).StopAsync());

    /// <summary>An id that no job can have is an unknown one; no grain is made for it.</summary>
    internal static ITrainingJobGrain Job(string id, IGrainFactory grains) => Guid.TryParseExact(id, "N", out _)
        ? grains.GetGrain<ITrainingJobGrain>(id)
        : throw new MLOpsException(ProblemCode.NotFound, $"Training job '{NameRules.Shortened(id)}' does not exist.");

    private static async Task<TrainingJobSnapshot?> FindAsync(string id, IGrainFactory grains)
    {
        try
        {
            return await grains.GetGrain<ITrainingJobGrain>(id).GetAsync();
        }
        catch (MLOpsException e) when (e.Code == ProblemCode.NotFound)
        {
            // An id is listed before its job is first written.
            return null;
        }
    }

    private static IResult Json(TrainingJobSnapshot job) => Results.Json(TrainingJobResponse.Of(job), ServingJson.Options);
}
