using System.Globalization;

namespace MLOps.Client.SystemMetrics;

/// <summary>Share of the processors' time that was not idle since the last look, in percent. From /proc/stat; only Linux has it.</summary>
internal sealed class ProcessorSource(string file = "/proc/stat") : ISystemMetricSource
{
    private const int Idle = 3;
    private const int WaitingForDisk = 4;

    /// <summary>user, nice, system, idle, iowait, irq, softirq, steal; the guests' time that follows is counted in user's already.</summary>
    private const int Columns = 8;

    private (double Busy, double Total)? _last;

    public void Read(IDictionary<string, double> values)
    {
        var now = Look();
        if (now is { } current && _last is { } last && current.Total > last.Total)
        {
            // The kernel's idle counters may step back a little.
            values["cpu_utilization_percentage"] = Math.Clamp(100 * (current.Busy - last.Busy) / (current.Total - last.Total), 0, 100);
        }

        _last = now;
    }

    private (double Busy, double Total)? Look()
    {
        if (!File.Exists(file))
        {
            return null;
        }

        var line = File.ReadLines(file).FirstOrDefault() ?? "";
        var ticks = line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Take(Columns).Select(text => double.Parse(text, CultureInfo.InvariantCulture)).ToArray();
        if (ticks.Length <= WaitingForDisk)
        {
            return null;
        }

        var total = ticks.Sum();
        return (total - ticks[Idle] - ticks[WaitingForDisk], total);
    }
}
