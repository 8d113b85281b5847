using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace MLOps.Client.SystemMetrics;

/// <summary>NVIDIA's GPUs, asked by nvidia-smi; without it, nothing.</summary>
internal sealed class NvidiaSource(string program = "nvidia-smi") : ISystemMetricSource
{
    private const double Mebibyte = 1024 * 1024;
    private const double Megabyte = 1e6;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private bool _absent;

    public void Read(IDictionary<string, double> values)
    {
        if (!_absent && Ask() is { } answer)
        {
            Parse(answer, values);
        }
    }

    /// <summary>One line a GPU: index, memory used and in all (MiB), utilization (%), power and its limit (W). What a GPU does not say is <c>[N/A]</c>, and left out.</summary>
    internal static void Parse(string answer, IDictionary<string, double> values)
    {
        foreach (var line in answer.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var fields = line.Split(',', StringSplitOptions.TrimEntries);
            if (fields.Length != 6 || !int.TryParse(fields[0], CultureInfo.InvariantCulture, out var index))
            {
                continue;
            }

            var name = string.Create(CultureInfo.InvariantCulture, $"gpu_{index}_");
            var (used, total, busy, power, limit) = (Number(fields[1]), Number(fields[2]), Number(fields[3]), Number(fields[4]), Number(fields[5]));
            Put(values, name + "memory_usage_megabytes", used * Mebibyte / Megabyte);
            Put(values, name + "memory_usage_percentage", total > 0 ? 100 * used / total : null);
            Put(values, name + "utilization_percentage", busy);
            Put(values, name + "power_usage_watts", power);
            Put(values, name + "power_usage_percentage", limit > 0 ? 100 * power / limit : null);
        }
    }

    private static void Put(IDictionary<string, double> values, string name, double? value)
    {
        if (value is { } known)
        {
            values[name] = known;
        }
    }

    private static double? Number(string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : null;

    private string? Ask()
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(
                program, ["--query-gpu=index,memory.used,memory.total,utilization.gpu,power.draw,enforced.power.limit", "--format=csv,noheader,nounits"])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            process.ErrorDataReceived += (_, _) => { };
            process.BeginErrorReadLine();
            var answer = process.StandardOutput.ReadToEndAsync();
            if (!process.WaitForExit(Patience))
            {
                process.Kill();
                return null;
            }

            // Without a driver the program is there and fails: so it will the next time.
            _absent = process.ExitCode != 0;
            return _absent ? null : answer.GetAwaiter().GetResult();
        }
        catch (Win32Exception)
        {
            // There is no such program: no NVIDIA GPU.
            _absent = true;
            return null;
        }
    }
}
