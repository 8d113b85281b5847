namespace MLOps.Gateway.Hosting;

/// <summary>Grains by key, for paths that are called thousands of times a second: Orleans' own <c>GetGrain</c> reads the interface's attributes
/// by reflection each time, several microseconds that change nothing.</summary>
/// <typeparam name="TGrain">The grain's interface.</typeparam>
internal static class GrainReferences<TGrain>
    where TGrain : class, IGrainWithStringKey
{
    private static Names? _names;

    /// <returns>The same as <see cref="IGrainFactory.GetGrain{TGrainInterface}(string, string)"/>.</returns>
    public static TGrain Get(IGrainFactory grains, string key)
    {
        if (_names is { } names)
        {
            return (TGrain)grains.GetGrain(GrainId.Create(names.Grain, key), names.Interface);
        }

        var grain = grains.GetGrain<TGrain>(key);
        _names = new Names(grain.GetGrainId().Type, ((GrainReference)(object)grain).InterfaceType);
        return grain;
    }

    private sealed record Names(GrainType Grain, GrainInterfaceType Interface);
}
