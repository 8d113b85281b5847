using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MLOps.Tracking.Storage;

namespace MLOps.Tracking.Rest;

/// <summary>The clients to the upstream servers that the options name: none, one, or one for runs and another for models.</summary>
internal sealed class Upstreams : IDisposable
{
    public Upstreams(IOptions<TrackingOptions> tracking, IOptions<UpstreamOptions> upstream, TimeProvider clock, ILogger<UpstreamClient> logger)
    {
        UpstreamClient? Open(string address) => StoreUri.IsHttp(address) ? new UpstreamClient(UpstreamAddress.Parse(address), upstream.Value, clock, logger) : null;
        var options = tracking.Value;
        Tracking = Open(options.StoreAddress);
        Registry = options.RegistryAddress == options.StoreAddress ? Tracking : Open(options.RegistryAddress);
    }

    /// <summary>Null: runs are in a database.</summary>
    public UpstreamClient? Tracking { get; }

    /// <summary>Null: models are in a database.</summary>
    public UpstreamClient? Registry { get; }

    public void Dispose()
    {
        Tracking?.Dispose();
        if (Registry != Tracking)
        {
            Registry?.Dispose();
        }
    }
}
