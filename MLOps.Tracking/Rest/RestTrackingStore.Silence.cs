using MLOps.Contracts.Experiments;
using MLOps.Contracts.Runs;
using MLOps.Tracking.Runs;

namespace MLOps.Tracking.Rest;

internal sealed partial class RestTrackingStore
{
    /// <summary>MLflow's protocol has no condition: the run is looked at right before. The reason goes first, so that a run that is FAILED has one.</summary>
    public async Task<bool> EndSilentRunAsync(string runId, EndSilentRun command, CancellationToken cancellationToken = default)
    {
        var run = await GetRunAsync(runId, cancellationToken);
        if (!SilentRun.IsSilent(run.Info, Tag(run, HeartbeatTags.Beat), command))
        {
            return false;
        }

        await LogAsync(runId, [], [], [SilentRun.Error(command.Silence)], cancellationToken);
        await UpdateRunAsync(runId, new UpdateRun(RunStatus.Failed, command.EndTime, null), cancellationToken);
        return true;
    }

    /// <summary>The end time stays: MLflow's protocol cannot take one back.</summary>
    public async Task<bool> ReviveSilentRunAsync(string runId, CancellationToken cancellationToken = default)
    {
        var run = await GetRunAsync(runId, cancellationToken);
        if (!SilentRun.Is(run.Info, Tag(run, HeartbeatTags.Error)))
        {
            return false;
        }

        if (run.Info.Status == RunStatus.Failed)
        {
            await UpdateRunAsync(runId, new UpdateRun(RunStatus.Running, null, null), cancellationToken);
        }

        await DeleteTagAsync(runId, HeartbeatTags.Error, cancellationToken);
        return true;
    }

    private static string? Tag(Run run, string key) => run.Tags.Where(tag => tag.Key == key).Select(tag => tag.Value).FirstOrDefault();
}
