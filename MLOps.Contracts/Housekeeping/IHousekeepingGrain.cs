using MLOps.Contracts.Problems;
using Orleans.CodeGeneration;

namespace MLOps.Contracts.Housekeeping;

/// <summary>Clears up after clients that died and people who deleted (one for the whole platform, key <see cref="Key"/>).</summary>
[Alias("mlops.IHousekeepingGrain"), Version(1)]
public interface IHousekeepingGrain : IGrainWithStringKey
{
    const string Key = "platform";

    /// <summary>Removes a part of what was deleted long ago, for good and with its artifacts, or only says what would go. Runs come first, then experiments.</summary>
    /// <exception cref="MLOpsException">InvalidArgument: no age, or no page token of ours. NotImplemented: another server has the runs.</exception>
    [Alias("purge")]
    Task<PurgePage> PurgeAsync(PurgeRequest request);
}
