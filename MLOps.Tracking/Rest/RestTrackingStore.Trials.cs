using MLOps.Contracts.Experiments;
using MLOps.Contracts.Runs;

namespace MLOps.Tracking.Rest;

internal sealed partial class RestTrackingStore
{
    private const int TrialsPage = 1000;

    /// <summary>MLflow has no call for it: the runs come page by page, and of each no more is kept than counts.</summary>
    public async Task<ExperimentTrials> GetTrialsAsync(TrialQuery query, CancellationToken cancellationToken = default)
    {
        // The upstream's pages are offsets. Oldest first, a run that begins meanwhile comes behind what has been read; the ids see to it that none counts twice.
        var seen = new HashSet<string>(StringComparer.Ordinal) { query.ExceptRunId };
        var parents = new HashSet<string>(StringComparer.Ordinal);
        var without = new List<string>();
        var values = new List<double>();
        string? page = null;
        do
        {
            var runs = await SearchRunsAsync(new SearchRuns([query.ExperimentId], null, ["attributes.start_time ASC"], ViewType.All, TrialsPage, page), cancellationToken);
            foreach (var run in runs.Items)
            {
                parents.UnionWith(run.Tags.Where(tag => tag.Key == TrialQuery.ParentTag).Select(tag => tag.Value));
                if (run.Tags.Any(tag => query.ExceptTags.Contains(tag.Key)) || !seen.Add(run.Info.RunId))
                {
                    continue;
                }

                if (run.Metrics.Any(metric => metric.Key == query.Metric))
                {
                    values.Add(run.Metrics.First(metric => metric.Key == query.Metric).Value);
                }
                else if (run.Info.Status != RunStatus.Scheduled)
                {
                    without.Add(run.Info.RunId);
                }
            }

            page = runs.NextPageToken;
        }
        while (page is not null);
        return new ExperimentTrials(values.Count + without.Count(run => !parents.Contains(run)), values.FindAll(TrialQuery.IsRatio));
    }
}
