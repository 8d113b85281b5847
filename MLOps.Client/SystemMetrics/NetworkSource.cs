using System.Net.NetworkInformation;

namespace MLOps.Client.SystemMetrics;

/// <summary>Bytes that all interfaces moved since the run started, in 10^6.</summary>
internal sealed class NetworkSource : ISystemMetricSource
{
    private const double Megabyte = 1e6;
    private readonly (long Received, long Sent)? _first = Look();

    public void Read(IDictionary<string, double> values)
    {
        if (_first is { } first && Look() is { } now)
        {
            values["network_receive_megabytes"] = (now.Received - first.Received) / Megabyte;
            values["network_transmit_megabytes"] = (now.Sent - first.Sent) / Megabyte;
        }
    }

    private static (long Received, long Sent)? Look()
    {
        try
        {
            var totals = NetworkInterface.GetAllNetworkInterfaces().Select(card => card.GetIPStatistics()).ToList();
            return (totals.Sum(card => card.BytesReceived), totals.Sum(card => card.BytesSent));
        }
        catch (Exception e) when (e is NetworkInformationException or PlatformNotSupportedException)
        {
            // A system that does not count has no figures.
            return null;
        }
    }
}
