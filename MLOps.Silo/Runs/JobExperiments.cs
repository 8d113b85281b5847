using MLOps.Contracts.Experiments;
using MLOps.Contracts.Problems;
using MLOps.Tracking;

namespace MLOps.Silo.Runs;

/// <summary>Finds the experiment that a job's run belongs to.</summary>
internal sealed class JobExperiments(ITrackingStore tracking)
{
    /// <returns>The id of the experiment, which is made when there is none of that name.</returns>
    /// <exception cref="MLOpsException">InvalidState: it is deleted.</exception>
    public async Task<string> FindOrCreateAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            return await tracking.CreateExperimentAsync(new CreateExperiment(name, null, []), cancellationToken);
        }
        catch (MLOpsException e) when (e.Code == ProblemCode.AlreadyExists)
        {
            var experiment = await tracking.GetExperimentByNameAsync(name, cancellationToken);
            return experiment.LifecycleStage == LifecycleStage.Active
                ? experiment.ExperimentId
                : throw new MLOpsException(ProblemCode.InvalidState, $"Experiment '{name}' is deleted: restore it or name another.", e);
        }
    }
}
