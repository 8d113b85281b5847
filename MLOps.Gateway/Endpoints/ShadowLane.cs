using System.Threading.Channels;

namespace MLOps.Gateway.Endpoints;

/// <summary>What waits for one shadow of one endpoint.</summary>
internal sealed class ShadowLane(string endpoint)
{
    private const int Capacity = 1024;

    public string Endpoint => endpoint;

    public Channel<ShadowItem> Items { get; } = Channel.CreateBounded<ShadowItem>(new BoundedChannelOptions(Capacity) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    /// <summary>Completes when its pump has ended: what it has not compared by then it never will.</summary>
    public TaskCompletionSource Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What it holds of <see cref="ShadowMemory"/>, which alone writes it.</summary>
    public long Bytes { get; set; }
}
