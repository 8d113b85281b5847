using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using MLOps.Contracts.Catalog;
using MLOps.Contracts.Datasets;
using MLOps.Contracts.Problems;
using MLOps.Gateway.Endpoints;
using MLOps.Gateway.Hosting;

namespace MLOps.Gateway.Datasets;

/// <summary>/mlops/datasets.</summary>
public static class DatasetsApi
{
    public static IHostApplicationBuilder AddDatasetsApi(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptionsWithValidateOnStart<DatasetsOptions, DatasetsOptionsValidator>().BindConfiguration(DatasetsOptions.SectionName);
        return builder;
    }

    public static WebApplication MapDatasetsApi(this WebApplication app)
    {
        var datasets = app.MapGroup("/mlops/datasets").WithTags("Datasets").WithProblems();
        datasets.MapPost("/", DatasetUpload.PostAsync).WithName("RegisterDataset").WithSummary("Register the CSV, Parquet or JSON lines file in the body, or of the import folder, as a version")
            .WithBody<string>("text/csv").Produces<DatasetVersion>(StatusCodes.Status201Created).Produces<DatasetVersion>().WithProblems(StatusCodes.Status413PayloadTooLarge);
        datasets.MapGet("/", ListAsync).WithName("ListDatasets").WithSummary("All datasets").Produces<DatasetListResponse>();
        datasets.MapGet("/{name}", GetAsync).WithName("GetDataset").WithSummary("One dataset with its versions").Produces<DatasetResponse>();
        datasets.MapGet("/{name}/versions/{version:int}/preview", DatasetProfiles.GetPreviewAsync).WithName("PreviewDataset").WithSummary("The first and last rows of a version").Produces<DatasetPreviewResponse>();
        datasets.MapGet("/{name}/versions/{version:int}/profile", DatasetProfiles.GetProfileAsync).WithName("ProfileDataset").WithSummary("Type, missing values, quantiles and histogram of each column of a version").Produces<DatasetProfileResponse>();
        return app;
    }

    private static async Task<IResult> ListAsync(IGrainFactory grains)
    {
        var names = await grains.GetGrain<INameIndexGrain>(NameIndex.Datasets).ListAsync();
        var datasets = await Task.WhenAll(names.Select(async name => new DatasetResponse(name, await grains.GetGrain<IDatasetGrain>(name).GetVersionsAsync())));

        // A name is listed before its first version is written.
        return Results.Json(new DatasetListResponse([.. datasets.Where(dataset => dataset.Versions.Count > 0)]), ServingJson.Options);
    }

    private static async Task<IResult> GetAsync(string name, IGrainFactory grains)
    {
        var versions = await grains.GetGrain<IDatasetGrain>(DatasetName.Check(name)).GetVersionsAsync();
        return versions.Count > 0
            ? Results.Json(new DatasetResponse(name, versions), ServingJson.Options)
            : throw new MLOpsException(ProblemCode.NotFound, $"Dataset '{name}' does not exist.");
    }
}
