using System.Globalization;

namespace MLOps.Client.SystemMetrics;

/// <summary>Memory in use, in 10^6 bytes and in percent: on Linux what /proc/meminfo does not call available, elsewhere what .NET knows of the whole machine.</summary>
internal sealed class MemorySource(string file = "/proc/meminfo") : ISystemMetricSource
{
    private const double Megabyte = 1e6;
    private const double Kibibyte = 1024;

    public void Read(IDictionary<string, double> values)
    {
        if (Look() is not ({ } used, { } total) || total <= 0)
        {
            return;
        }

        values["system_memory_usage_megabytes"] = used / Megabyte;
        values["system_memory_usage_percentage"] = 100 * used / total;
    }

    private (double? Used, double? Total) Look()
    {
        if (!File.Exists(file))
        {
            var known = GC.GetGCMemoryInfo();
            return (known.MemoryLoadBytes, known.TotalAvailableMemoryBytes);
        }

        double? total = null, available = null;
        foreach (var line in File.ReadLines(file))
        {
            if (line.StartsWith("MemTotal:", StringComparison.Ordinal))
            {
                total = Bytes(line);
            }
            else if (line.StartsWith("MemAvailable:", StringComparison.Ordinal))
            {
                available = Bytes(line);
            }
        }

        return (total - available, total);
    }

    private static double Bytes(string line) => double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * Kibibyte;
}
