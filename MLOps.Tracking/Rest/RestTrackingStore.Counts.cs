using MLOps.Contracts.Experiments;
using MLOps.Contracts.Problems;
using MLOps.Tracking.Storage;

namespace MLOps.Tracking.Rest;

internal sealed partial class RestTrackingStore
{
    private const int CountPage = 1000;
    private static readonly TimeSpan CountLifetime = TimeSpan.FromSeconds(30);
    private volatile Count? _last;

    /// <summary>MLflow has no call that counts, so this is worked out from searches and may be 30 s old.</summary>
    public async Task<StoreCounts> CountAsync(CancellationToken cancellationToken = default)
    {
        if (_last is { } known && clock.GetElapsedTime(known.Timestamp) < CountLifetime)
        {
            return known.Counts;
        }

        var experiments = await Paging.AllAsync(
            CountPage,
            (limit, token) => SearchExperimentsAsync(new SearchExperiments(null, [], ViewType.ActiveOnly, limit, token), cancellationToken));
        var runs = await CountRunsAsync([.. experiments.Select(experiment => experiment.ExperimentId)], cancellationToken);
        var count = new Count(clock.GetTimestamp(), new StoreCounts(experiments.Count, runs));
        _last = count;
        return count.Counts;
    }

    private async Task<long> CountRunsAsync(IReadOnlyList<string> experimentIds, CancellationToken cancellationToken)
    {
        if (experimentIds.Count == 0)
        {
            return 0;
        }

        Task<Page<Contracts.Runs.Run>> SearchAsync(int limit, string? token) =>
            SearchRunsAsync(new SearchRuns(experimentIds, null, [], ViewType.ActiveOnly, limit, token), cancellationToken);

        var first = await SearchAsync(1, null);
        if (first.NextPageToken is null)
        {
            return first.Items.Count;
        }

        // Runs are heavy (each has its metrics), so their number is felt out by single runs at an offset when the upstream's tokens are MLflow's offsets.
        if (first.NextPageToken == PageToken.At(1))
        {
            try
            {
                return await FeelOutAsync(async offset => (await SearchAsync(1, PageToken.At(offset))).Items.Count > 0);
            }
            catch (MLOpsException exception) when (exception.Code == ProblemCode.InvalidArgument)
            {
                // It does not take them back: then page by page.
            }
        }

        return (await Paging.AllAsync(CountPage, SearchAsync)).Count;
    }

    /// <param name="hasRunAt">Whether there is a run at an offset; there is one at 1.</param>
    private static async Task<long> FeelOutAsync(Func<int, Task<bool>> hasRunAt)
    {
        var (inside, outside) = (1, 2);
        while (outside < int.MaxValue / 2 && await hasRunAt(outside))
        {
            (inside, outside) = (outside, outside * 2);
        }

        while (outside - inside > 1)
        {
            var middle = inside + ((outside - inside) / 2);
            (inside, outside) = await hasRunAt(middle) ? (middle, outside) : (inside, middle);
        }

        return outside;
    }

    private sealed record Count(long Timestamp, StoreCounts Counts);
}
