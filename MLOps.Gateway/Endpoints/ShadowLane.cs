using System.Threading.Channels;

namespace MLOps.Gateway.Endpoints;

/// <summary>What waits for one endpoint's shadows.</summary>
internal sealed class ShadowLane
{
    private const int Capacity = 1024;

    public Channel<ShadowItem> Items { get; } = Channel.CreateBounded<ShadowItem>(new BoundedChannelOptions(Capacity) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    /// <summary>What it holds of <see cref="ShadowMemory"/>, which alone writes it.</summary>
    public long Bytes { get; set; }
}
