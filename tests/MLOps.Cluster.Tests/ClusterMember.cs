using MLOps.Testing;

namespace MLOps.Cluster.Tests;

/// <summary>One program of the cluster, which can be ended and started again in the same place.</summary>
internal sealed class ClusterMember(string project, string url, (string Name, string Value)[] environment) : IAsyncDisposable
{
    private PlatformProcess? _process;

    public string Name => $"{project} at {url}";

    public string Url => url;

    /// <summary>What the program that runs now has written.</summary>
    public string Output => _process!.Output;

    /// <summary>The last warnings and errors that the program has written, each with the lines that follow it.</summary>
    public string Complaints()
    {
        var lines = _process?.Output.Split('\n') ?? [];
        var complaint = false;
        return string.Join('\n', lines.Where(line => complaint = line.StartsWith(' ') ? complaint : line.StartsWith("warn", StringComparison.Ordinal) || line.StartsWith("fail", StringComparison.Ordinal) || line.StartsWith("crit", StringComparison.Ordinal)).TakeLast(60));
    }

    public async Task StartAsync(CancellationToken cancellationToken) =>
        _process = await PlatformProcess.StartAsync(project, url, [], cancellationToken, environment);

    /// <summary>SIGTERM, as an orchestrator does.</summary>
    public async Task<int> StopAsync(CancellationToken cancellationToken) => await _process!.StopAsync(cancellationToken);

    public Task KillAsync(CancellationToken cancellationToken) => _process!.KillAsync(cancellationToken);

    public ValueTask DisposeAsync() => _process?.DisposeAsync() ?? ValueTask.CompletedTask;
}
