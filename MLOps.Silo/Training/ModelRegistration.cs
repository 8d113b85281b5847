using MLOps.Contracts.Experiments;
using MLOps.Contracts.Models;
using MLOps.Contracts.Problems;

namespace MLOps.Silo.Training;

/// <summary>Makes a version of a registered model from a finished run.</summary>
internal sealed class ModelRegistration(IGrainFactory grains)
{
    public async Task<int> RegisterAsync(string name, string source, string runId, IReadOnlyList<KeyValue> tags)
    {
        var model = grains.GetGrain<IRegisteredModelGrain>(name);
        try
        {
            await model.CreateAsync(null, []);
        }
        catch (MLOpsException e) when (e.Code == ProblemCode.AlreadyExists)
        {
            // A further version of a known model: the usual case.
        }

        return (await model.CreateVersionAsync(new CreateModelVersion(source, runId, null, null, tags))).Version;
    }
}
