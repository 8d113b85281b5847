using MLOps.Cluster.Tests;
using MLOps.Testing;

[assembly: AssemblyFixture(typeof(ClusterFixture))]

namespace MLOps.Cluster.Tests;

/// <summary>A cluster in which the demo has been run: three silos, a trainer, a gateway and a dashboard.</summary>
public sealed class ClusterFixture : IAsyncLifetime
{
    private static readonly TimeSpan DemoLimit = TimeSpan.FromMinutes(5);
    private ClusterProcesses? _processes;
    private OtlpReceiver? _telemetry;

    /// <summary>Why there is no cluster; null when there is.</summary>
    public static string? Missing => ClusterProcesses.Missing;

    public string DemoOutput { get; private set; } = string.Empty;

    /// <summary>What the trainer had written when the demo ended.</summary>
    public string TrainerLog { get; private set; } = string.Empty;

    /// <summary>What the silos had written when the demo ended.</summary>
    public IReadOnlyList<string> SiloLogs { get; private set; } = [];

    internal ClusterProcesses Processes => _processes!;

    internal OtlpReceiver Telemetry => _telemetry!;

    internal ClusterMember[] Silos { get; private set; } = [];

    internal ClusterMember Trainer { get; private set; } = null!;

    internal ClusterMember Gateway { get; private set; } = null!;

    internal ClusterMember Dashboard { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        if (Missing is not null)
        {
            return;
        }

        _telemetry = await OtlpReceiver.StartAsync();
        _processes = new ClusterProcesses(
            ("OTEL_EXPORTER_OTLP_ENDPOINT", _telemetry.Url),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
            ("OTEL_METRIC_EXPORT_INTERVAL", "2000"),
            ("OTEL_BSP_SCHEDULE_DELAY", "500"));
        Silos = [_processes.Silo("Serving,Batch"), _processes.Silo("Serving,Batch"), _processes.Silo("Serving,Batch")];
        Trainer = _processes.Silo("Training");
        Gateway = _processes.Gateway();
        Dashboard = _processes.Dashboard(Gateway);

        // All at once, on an empty database and without a bucket: whoever comes first makes what is missing.
        await Task.WhenAll(((ClusterMember[])[.. Silos, Trainer, Gateway, Dashboard]).Select(member => member.StartAsync(CancellationToken.None)));

        var (exitCode, text) = await PlatformProcess.RunToEndAsync(
            ["demo", "--exit", "--epochs", "1", "--from", "2020-03", "--until", "2020-03", "--urls", Gateway.Url], DemoLimit, CancellationToken.None);
        DemoOutput = exitCode == 0 ? text : throw new InvalidOperationException($"The demo ended with {exitCode}: {text}\n{_processes.Complaints()}");
        TrainerLog = Trainer.Output;
        SiloLogs = [.. Silos.Select(silo => silo.Output)];
    }

    public async ValueTask DisposeAsync()
    {
        if (_processes is not null)
        {
            await _processes.DisposeAsync();
        }

        if (_telemetry is not null)
        {
            await _telemetry.DisposeAsync();
        }
    }
}
