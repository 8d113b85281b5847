using MLOps.Contracts.Problems;
using MLOps.Tracking;
using Orleans.Storage;

namespace MLOps.Silo.Storage;

/// <summary>Grain state in the tracking database: one file to back up, one fsync for a grain's write and the runs beside it.</summary>
internal sealed class GrainStateStorage(IStateStore store, GrainStateJson serializer) : IGrainStorage
{
    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var stored = await store.ReadAsync(stateName, grainId.ToString());
        grainState.RecordExists = stored is not null;
        grainState.ETag = stored?.ETag;
        grainState.State = stored is null ? Activator.CreateInstance<T>() : serializer.Deserialize<T>(BinaryData.FromBytes(stored.Payload));
    }

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var payload = serializer.Serialize(grainState.State).ToArray();
        grainState.ETag = await GuardAsync(() => store.WriteAsync(stateName, grainId.ToString(), payload, grainState.ETag), grainState.ETag);
        grainState.RecordExists = true;
    }

    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        await GuardAsync(
            async () =>
            {
                await store.ClearAsync(stateName, grainId.ToString(), grainState.ETag);
                return string.Empty;
            },
            grainState.ETag);
        grainState.RecordExists = false;
        grainState.ETag = null;
        grainState.State = Activator.CreateInstance<T>();
    }

    /// <summary>Orleans deactivates a grain whose write met this exception, so that it reads the newer state.</summary>
    private static async Task<string> GuardAsync(Func<Task<string>> write, string? etag)
    {
        try
        {
            return await write();
        }
        catch (MLOpsException exception) when (exception.Code == ProblemCode.Conflict)
        {
            throw new InconsistentStateException(exception.Message, "unknown", etag ?? "none", exception);
        }
    }
}
