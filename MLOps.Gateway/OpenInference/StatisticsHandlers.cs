using Microsoft.AspNetCore.Http;
using MLOps.Gateway.Endpoints;

namespace MLOps.Gateway.OpenInference;

/// <summary>The statistics extension: what this gateway has counted since it started. A request waits to be let in by its endpoint's limits and for the batch that it joins:
/// that is its queue. Inputs are used where they arrive and outputs written from where they were made, so beyond that only running the model takes time of its own.
/// An execution is a request's: which of them a replica ran in one batch is not known here.</summary>
internal static class StatisticsHandlers
{
    public static async Task<IResult> OneAsync(string model, string? version, ModelRepository repository) => Answer(await repository.StatisticsAsync(model, version));

    public static async Task<IResult> AllAsync(ModelRepository repository) => Answer(await repository.StatisticsAsync(null, null));

    private static IResult Answer(IReadOnlyList<ServedStatistics> all) => Results.Json(new
    {
        model_stats = all.Select(one => new
        {
            name = one.Name,
            version = one.Version,
            model_name = one.Model,
            last_inference = one.Statistics.LastInference,
            inference_count = one.Statistics.Rows,
            execution_count = one.Statistics.Succeeded.Count,
            inference_stats = new
            {
                success = Duration(one.Statistics.Succeeded),
                fail = Duration(one.Statistics.Failed),
                queue = Duration(one.Statistics.Queue),
                compute_input = Duration((one.Statistics.Succeeded.Count, 0)),
                compute_infer = Duration(one.Statistics.Compute),
                compute_output = Duration((one.Statistics.Succeeded.Count, 0)),
            },
            batch_stats = one.Statistics.Batches.Select(batch => new
            {
                batch_size = batch.BatchSize,
                compute_input = Duration((batch.Count, 0)),
                compute_infer = Duration((batch.Count, batch.Nanoseconds)),
                compute_output = Duration((batch.Count, 0)),
            }),
        }),
    });

    private static object Duration((long Count, long Nanoseconds) duration) => new { count = duration.Count, ns = duration.Nanoseconds };
}
