using MLOps.Contracts.Experiments;
using MLOps.Contracts.Models;
using MLOps.Contracts.Problems;
using MLOps.Tracking;

namespace MLOps.Silo.Training;

/// <summary>Makes a version of a registered model from a finished run, once: a crash may have come after it.</summary>
internal sealed class ModelRegistration(IGrainFactory grains, IModelRegistryStore registry)
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

        var made = await registry.SearchModelVersionsAsync(new SearchModels($"run_id = '{runId}'", [], 1000, null));
        if (made.Items.FirstOrDefault(version => version.Name == name && version.Source == source) is { } earlier)
        {
            return earlier.Version;
        }

        return (await model.CreateVersionAsync(new CreateModelVersion(source, runId, null, null, tags))).Version;
    }
}
