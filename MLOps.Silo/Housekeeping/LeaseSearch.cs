using Microsoft.Extensions.Options;
using MLOps.Contracts.Experiments;
using MLOps.Contracts.Runs;
using MLOps.Silo.Runs;
using MLOps.Tracking;

namespace MLOps.Silo.Housekeeping;

/// <summary>Finds runs that announced heartbeats past their grain, and so are not watched: through another MLflow server on the same store,
/// before this platform watched runs at all, or while the process died.</summary>
internal sealed class LeaseSearch(ITrackingStore store, IGrainFactory grains, IOptions<HousekeepingOptions> options)
{
    private const int PageSize = 1000;
    private const string Announced = $"attributes.status = 'RUNNING' AND tags.`{HeartbeatTags.Interval}` LIKE '%'";

    /// <summary>Watches every such run; those that are watched already stay so.</summary>
    public async Task RunAsync()
    {
        if (options.Value.HeartbeatPatience == TimeSpan.Zero)
        {
            return;
        }

        string? experiments = null;
        do
        {
            var page = await store.SearchExperimentsAsync(new SearchExperiments(null, [], ViewType.ActiveOnly, PageSize, experiments));
            string[] ids = [.. page.Items.Select(experiment => experiment.ExperimentId)];
            string? runs = null;
            do
            {
                var found = await store.SearchRunsAsync(new SearchRuns(ids, Announced, [], ViewType.ActiveOnly, PageSize, runs));
                foreach (var run in found.Items)
                {
                    await grains.GetGrain<IRunLeaseGrain>(run.Info.RunId).WatchAsync();
                }

                runs = found.NextPageToken;
            }
            while (runs is not null);
            experiments = page.NextPageToken;
        }
        while (experiments is not null);
    }
}
