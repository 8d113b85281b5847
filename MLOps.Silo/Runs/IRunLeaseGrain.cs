using Orleans.CodeGeneration;

namespace MLOps.Silo.Runs;

/// <summary>What other grains tell the grain of a run. Implemented by <see cref="RunGrain"/>.</summary>
[Alias("mlops.IRunLeaseGrain"), Version(1)]
internal interface IRunLeaseGrain : IGrainWithStringKey
{
    /// <summary>From now on the run's client must give signs of life. Watched already: nothing changes.</summary>
    [Alias("watch")]
    Task WatchAsync();
}
