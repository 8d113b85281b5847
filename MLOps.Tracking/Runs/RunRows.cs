using MLOps.Contracts.Experiments;
using MLOps.Contracts.Problems;
using MLOps.Contracts.Runs;
using MLOps.Tracking.Storage;

namespace MLOps.Tracking.Runs;

/// <summary>One caller's values for one run.</summary>
/// <param name="Cache">What was read of the run before is forgotten when the rows may be on disk.</param>
internal sealed record RunRows<T>(string RunId, IReadOnlyList<T> Rows, ReadCache<Run> Cache) : ICommitted
{
    public void OnCommitted() => Cache.Forget(RunId);
}

/// <summary>What the writers of metrics, parameters and tags share.</summary>
internal static class RunRows
{
    /// <summary>Rejects the items whose run is missing or deleted; the others' runs are active.</summary>
    public static void RequireActiveRuns<T>(SqlSession session, ReadOnlySpan<SetItem<RunRows<T>>> items)
    {
        var stages = new Dictionary<string, LifecycleStage?>(items.Length);
        foreach (var item in items)
        {
            stages.TryAdd(item.Item.RunId, null);
        }

        if (session.Dialect.HasArrays)
        {
            foreach (var (id, stage) in session.Query("SELECT run_uuid, lifecycle_stage FROM runs WHERE run_uuid = ANY($0)", row => (row.GetString(0), Storage.Rows.Lifecycle(row.Text(1))), (object)stages.Keys.ToArray()))
            {
                stages[id] = stage;
            }
        }
        else
        {
            foreach (var id in stages.Keys)
            {
                if (session.Scalar("SELECT lifecycle_stage FROM runs WHERE run_uuid = $0", id) is string stored)
                {
                    stages[id] = Storage.Rows.Lifecycle(stored);
                }
            }
        }

        foreach (var item in items)
        {
            if (stages[item.Item.RunId] is not LifecycleStage.Active)
            {
                item.Reject(stages[item.Item.RunId] is null ? NoRun(item.Item.RunId) : Deleted(item.Item.RunId));
            }
        }
    }

    /// <summary>The same for a batch: it fails unless every run is there and active.</summary>
    public static void RequireActiveRuns<T>(SqlBatch batch, ReadOnlySpan<SetItem<RunRows<T>>> items)
    {
        var ids = new HashSet<string>(items.Length);
        foreach (var item in items)
        {
            ids.Add(item.Item.RunId);
        }

        batch.Add("SELECT 1 / (count(*) = $1)::int FROM runs WHERE run_uuid = ANY($0) AND lifecycle_stage = 'active'", ids.ToArray(), (long)ids.Count);
    }

    public static MLOpsException NoRun(string runId) => new(ProblemCode.NotFound, $"Run with id={runId} not found");

    public static MLOpsException Deleted(string runId) =>
        new(ProblemCode.InvalidArgument, $"The run {runId} must be in the 'active' state. Current state is deleted.");
}
