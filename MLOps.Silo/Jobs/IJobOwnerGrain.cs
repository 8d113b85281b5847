using Orleans.CodeGeneration;

namespace MLOps.Silo.Jobs;

/// <summary>A grain that owns a job which workers take up.</summary>
[Alias("mlops.IJobOwnerGrain"), Version(1)]
internal interface IJobOwnerGrain : IGrainWithStringKey
{
    /// <summary>Looks whether somebody works on the job who should, and queues it if not; tidies up after one that has ended.</summary>
    /// <param name="silo">The silo that asks.</param>
    /// <param name="holds">Whether the job waits or works there.</param>
    [Alias("recover")]
    Task RecoverAsync(string silo, bool holds);
}
