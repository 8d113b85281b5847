using MLOps.EndToEnd.Tests;
using MLOps.Testing;

[assembly: AssemblyFixture(typeof(DemoFixture))]

namespace MLOps.EndToEnd.Tests;

/// <summary>A shortened demo run twice on one data directory, then the platform started on it again.</summary>
public sealed class DemoFixture : IAsyncLifetime
{
    private static readonly TimeSpan DemoLimit = TimeSpan.FromMinutes(5);
    private readonly TemporaryFolder _folder = new();
    private PlatformProcess? _platform;

    public string FirstOutput { get; private set; } = string.Empty;

    public string SecondOutput { get; private set; } = string.Empty;

    public string Url => _platform!.Url;

    public async ValueTask InitializeAsync()
    {
        FirstOutput = await RunAsync();
        SecondOutput = await RunAsync();
        _platform = await PlatformProcess.StartAsync(_folder.Path, CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        if (_platform is not null)
        {
            await _platform.DisposeAsync();
        }

        _folder.Dispose();
    }

    private async Task<string> RunAsync()
    {
        var (exitCode, output) = await PlatformProcess.RunToEndAsync(
            ["demo", "--exit", "--epochs", "1", "--from", "2020-01", "--until", "2020-04", "--data", _folder.Path, "--urls", FreePort.Url()],
            DemoLimit,
            CancellationToken.None);
        return exitCode == 0 ? output : throw new InvalidOperationException($"The demo ended with {exitCode}: {output}");
    }
}
