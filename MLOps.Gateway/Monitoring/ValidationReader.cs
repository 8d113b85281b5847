using System.ComponentModel;
using Microsoft.AspNetCore.Http;
using MLOps.Contracts.Models;
using MLOps.Contracts.Problems;
using MLOps.Gateway.Endpoints;
using MLOps.Gateway.Problems;
using MLOps.Tracking;

namespace MLOps.Gateway.Monitoring;

/// <summary><c>GET /mlops/metrics/validation</c>: what the trainings of registered versions measured.</summary>
internal static class ValidationReader
{
    public static async Task<IResult> GetAsync(
        IModelRegistryStore registry,
        ITrackingStore tracking,
        CancellationToken cancellationToken,
        [Description("A registered model; not given: every one")] string? model = null,
        [Description("A version of it; not given: of the newest of each stage the newest that has validation metrics")] int? version = null)
    {
        if (version is not null && model is null)
        {
            throw new MLOpsException(ProblemCode.InvalidArgument, $"version is {version} without a model: give the parameter model, too");
        }

        var found = model is null
            ? await AllAsync(registry, tracking, cancellationToken)
            : version is { } number ? [await OneAsync(model, number, registry, tracking, cancellationToken)] : await NewestAsync((await registry.GetRegisteredModelAsync(model, cancellationToken)).LatestVersions, tracking, cancellationToken);
        return Results.Json(new ValidationListResponse(found), ServingJson.Options);
    }

    private static async Task<List<ValidationResponse>> AllAsync(IModelRegistryStore registry, ITrackingStore tracking, CancellationToken cancellationToken)
    {
        var found = new List<ValidationResponse>();
        string? page = null;
        do
        {
            var models = await registry.SearchRegisteredModelsAsync(new SearchModels(null, [], Paging.Limit, page), cancellationToken);
            foreach (var model in models.Items)
            {
                found.AddRange(await NewestAsync(model.LatestVersions, tracking, cancellationToken));
            }

            page = models.NextPageToken;
        }
        while (page is not null);
        return found;
    }

    /// <param name="versions">The newest of each stage.</param>
    /// <returns>None or one.</returns>
    private static async Task<List<ValidationResponse>> NewestAsync(IReadOnlyList<ModelVersion> versions, ITrackingStore tracking, CancellationToken cancellationToken)
    {
        foreach (var version in versions.OrderByDescending(version => version.Version))
        {
            if (await ReadAsync(version, tracking, cancellationToken) is { } validation)
            {
                return [validation];
            }
        }

        return [];
    }

    private static async Task<ValidationResponse> OneAsync(string model, int version, IModelRegistryStore registry, ITrackingStore tracking, CancellationToken cancellationToken) =>
        await ReadAsync(await registry.GetModelVersionAsync(model, version, cancellationToken), tracking, cancellationToken)
        ?? throw new MLOpsException(ProblemCode.NotFound, $"Version {version} of the model '{model}' has no validation metrics: only versions that training jobs make have them, and its run must still be there.");

    private static async Task<ValidationResponse?> ReadAsync(ModelVersion version, ITrackingStore tracking, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(version.RunId))
        {
            return null;
        }

        try
        {
            return ValidationResponse.Of(version, await tracking.GetRunAsync(version.RunId, cancellationToken));
        }
        catch (MLOpsException exception) when (exception.Code == ProblemCode.NotFound)
        {
            // A version outlives its run.
            return null;
        }
    }
}
