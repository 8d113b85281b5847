using System.Globalization;
using System.Text.Json;
using MLOps.Client.Runs;
using MLOps.Client.SystemMetrics;
using MLOps.Client.Tests.Runs;
using MLOps.Testing;

namespace MLOps.Client.Tests.SystemMetrics;

public sealed class SystemMetricsTests
{
    private static readonly string[] OnLinux =
    [
        "system/cpu_utilization_percentage", "system/disk_available_megabytes", "system/disk_usage_megabytes", "system/disk_usage_percentage",
        "system/network_receive_megabytes", "system/network_transmit_megabytes", "system/system_memory_usage_megabytes", "system/system_memory_usage_percentage",
    ];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_SwitchIsOn_LogsTheMachineUnderMlflowsNames()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The processor's figures come from /proc.");
        var options = new MLOpsClientOptions { LogSystemMetrics = true, SystemMetrics = new SystemMetricsOptions { SamplingInterval = TimeSpan.FromMilliseconds(50), SamplesBeforeLogging = 2 } };
        await using var gateway = await TestGateway.StartAsync(g => g.WithRuns().On(Tracking.Batch, "{}"), options);
        await using (await gateway.Client.StartRunAsync("e", cancellationToken: Token))
        {
            var deadline = TimeProvider.System.GetTimestamp();
            while (Logged(gateway).Select(metric => metric.Step).Distinct().Count() < 3)
            {
                Assert.True(TimeProvider.System.GetElapsedTime(deadline) < TimeSpan.FromSeconds(60), "three rounds of system metrics had not come after 60 s");
                await Task.Delay(20, Token);
            }
        }

        var logged = Logged(gateway);
        Assert.Equal(OnLinux, logged.Select(metric => metric.Key).Where(key => !key.Contains("gpu", StringComparison.Ordinal)).Distinct().Order(StringComparer.Ordinal));
        Assert.Equal([0L, 1L, 2L], logged.Select(metric => metric.Step).Distinct().Order().Take(3));
        Assert.All(logged.Where(metric => metric.Key.EndsWith("_percentage", StringComparison.Ordinal)), metric => Assert.InRange(metric.Value, 0, 100));
        Assert.All(logged, metric => Assert.True(metric.Value >= 0, metric.Key));
    }

    [Fact]
    public async Task Run_ContinuedOne_CountsOnFromItsLastStep()
    {
        await using var gateway = await TestGateway.StartAsync(g => g.WithRuns().On(Tracking.Batch, "{}")
            .On("GET /api/2.0/mlflow/runs/get", """{"run":{"info":{"run_id":"old","experiment_id":"9","status":"FAILED"},"data":{"metrics":[{"key":"system/disk_usage_megabytes","value":1,"timestamp":1,"step":8}]}}}""")
            .On("GET /api/2.0/mlflow/metrics/get-history", """{"metrics":[{"key":"k","value":1,"timestamp":1,"step":7},{"key":"k","value":1,"timestamp":2,"step":8}]}"""),
            new MLOpsClientOptions { SystemMetrics = new SystemMetricsOptions { SamplingInterval = TimeSpan.FromMilliseconds(20) } });

        await using (await gateway.Client.StartRunAsync(new RunOptions { RunId = "old", LogSystemMetrics = true }, Token))
        {
            var deadline = TimeProvider.System.GetTimestamp();
            while (Logged(gateway).Count == 0)
            {
                Assert.True(TimeProvider.System.GetElapsedTime(deadline) < TimeSpan.FromSeconds(60), "no system metrics had come after 60 s");
                await Task.Delay(20, Token);
            }
        }

        Assert.Equal(9, Logged(gateway).Min(metric => metric.Step));
    }

    [Fact]
    public async Task Run_SwitchIsOff_LogsNothingByItself()
    {
        await using var gateway = await TestGateway.StartAsync(g => g.WithRuns());
        await using (await gateway.Client.StartRunAsync("e", cancellationToken: Token))
        {
        }

        Assert.Empty(gateway.Batches());
    }

    [Fact]
    public void Processor_TwoLooks_IsTheBusyShareBetweenThem()
    {
        using var folder = new TemporaryFolder();
        var stat = folder.Combine("stat");
        var source = new ProcessorSource(stat);
        File.WriteAllText(stat, "cpu  100 0 100 700 100 0 0 0 50 0\ncpu0 1 1 1 1\n");
        Assert.Empty(Read(source));

        // 30 more busy (20 user, 10 system), 60 idle, 10 waiting for the disk; guest time is inside user's.
        File.WriteAllText(stat, "cpu  120 0 110 760 110 0 0 0 70 0\n");

        Assert.Equal(30, Read(source)["cpu_utilization_percentage"], 9);
    }

    [Fact]
    public void Processor_NoSuchFile_IsLeftOut() => Assert.Empty(Read(new ProcessorSource("/nowhere/stat")));

    [Fact]
    public void Memory_OfAFile_IsWhatIsNotAvailable()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.Combine("meminfo"), "MemTotal:        8000000 kB\nMemFree:          100000 kB\nMemAvailable:    6000000 kB\n");

        var values = Read(new MemorySource(folder.Combine("meminfo")));

        Assert.Equal(2_048, values["system_memory_usage_megabytes"], 9);
        Assert.Equal(25, values["system_memory_usage_percentage"], 9);
    }

    [Fact]
    public void Memory_NoSuchFile_IsWhatDotnetKnows() => Assert.InRange(Read(new MemorySource("/nowhere/meminfo"))["system_memory_usage_percentage"], 0, 100);

    [Fact]
    public void Memory_OfThisMachine_IsBelowItsTotal()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Compared with /proc/meminfo.");
        var total = double.Parse(File.ReadLines("/proc/meminfo").First(line => line.StartsWith("MemTotal", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024 / 1e6;

        var values = Read(new MemorySource());

        Assert.InRange(values["system_memory_usage_megabytes"], 1, total);
        Assert.Equal(100 * values["system_memory_usage_megabytes"] / total, values["system_memory_usage_percentage"], 6);
    }

    [Fact]
    public void Disk_OfThisMachine_HoldsTogether()
    {
        var values = Read(new DiskSource());

        Assert.Equal(
            100 * values["disk_usage_megabytes"] / (values["disk_usage_megabytes"] + values["disk_available_megabytes"]),
            values["disk_usage_percentage"],
            6);
    }

    [Fact]
    public void Nvidia_Answer_GivesMlflowsNamesAndLeavesOutWhatIsNotSaid()
    {
        var values = new Dictionary<string, double>();
        NvidiaSource.Parse("0, 1000, 4000, 37, 150.00, 300.00\n1, 2000, 4000, [N/A], [N/A], [N/A]\nnot a line\n", values);

        Assert.Equal(1048.576, values["gpu_0_memory_usage_megabytes"], 9);
        Assert.Equal(25, values["gpu_0_memory_usage_percentage"], 9);
        Assert.Equal(37, values["gpu_0_utilization_percentage"]);
        Assert.Equal(150, values["gpu_0_power_usage_watts"]);
        Assert.Equal(50, values["gpu_0_power_usage_percentage"], 9);
        Assert.Equal(["gpu_1_memory_usage_megabytes", "gpu_1_memory_usage_percentage"], values.Keys.Where(key => key.StartsWith("gpu_1", StringComparison.Ordinal)));
    }

    [Fact]
    public void Nvidia_Program_IsAskedAndOneThatFailsIsNotAskedAgain()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The stand-in for nvidia-smi is a shell script.");
        using var folder = new TemporaryFolder();
        Assert.Equal(5, Read(new NvidiaSource(Script(folder, "good", "echo '0, 1, 2, 3, 4, 5'"))).Count);

        var asked = folder.Combine("asked");
        var failing = new NvidiaSource(Script(folder, "bad", $"echo x >> {asked}; exit 9"));
        Assert.Empty(Read(failing));
        Assert.Empty(Read(failing));
        Assert.Single(File.ReadAllLines(asked));
        Assert.Empty(Read(new NvidiaSource(folder.Combine("absent"))));
    }

    [Fact]
    public void Sampler_SeveralLooks_AreOneMeanButTotalsAreTheLast()
    {
        var sampler = new SystemMetricsSampler(new SystemMetricsOptions { NodeId = "n1" }, [new Counting()]);
        sampler.Sample();
        sampler.Sample();

        Assert.Equal(new Dictionary<string, double> { ["system/n1/cpu"] = 1.5, ["system/n1/network_receive_megabytes"] = 20 }, sampler.Take());
        Assert.Empty(sampler.Take());
    }

    private static string Script(TemporaryFolder folder, string name, string command)
    {
        var file = folder.Combine(name);
        File.WriteAllText(file, $"#!/bin/sh\n{command}\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        return file;
    }

    private static Dictionary<string, double> Read(ISystemMetricSource source)
    {
        var values = new Dictionary<string, double>();
        source.Read(values);
        return values;
    }

    private static List<(string Key, double Value, long Step)> Logged(TestGateway gateway) =>
    [
        .. gateway.Sent("/runs/log-batch").Where(request => request.Json.TryGetProperty("metrics", out _)).SelectMany(request => request.Json.GetProperty("metrics").EnumerateArray())
            .Select((JsonElement metric) => (metric.GetProperty("key").GetString()!, metric.GetProperty("value").GetDouble(), metric.GetProperty("step").GetInt64())),
    ];

    private sealed class Counting : ISystemMetricSource
    {
        private int _looks;

        public void Read(IDictionary<string, double> values)
        {
            values["cpu"] = ++_looks;
            values["network_receive_megabytes"] = _looks * 10;
        }
    }
}
