using Orleans.CodeGeneration;

namespace MLOps.Silo.Housekeeping;

/// <summary>What a silo that starts tells the grain of housekeeping. Implemented by <see cref="HousekeepingGrain"/>.</summary>
[Alias("mlops.IHousekeepingStartGrain"), Version(1)]
internal interface IHousekeepingStartGrain : IGrainWithStringKey
{
    /// <summary>From now on it looks by itself, the first time soon.</summary>
    [Alias("start")]
    Task StartAsync();
}
