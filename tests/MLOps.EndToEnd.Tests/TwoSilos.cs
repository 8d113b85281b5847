using System.Globalization;
using MLOps.Testing;

namespace MLOps.EndToEnd.Tests;

/// <summary>Two silos and a gateway, each a process of its own, over one PostgreSQL database and one artifact folder.
/// The membership is in the first silo's memory, so the second is the one that can be killed.</summary>
internal sealed class TwoSilos : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly PostgresServer _database = new();
    private readonly List<PlatformProcess> _processes = [];

    private TwoSilos()
    {
    }

    public PlatformProcess First => _processes[0];

    public PlatformProcess Second => _processes[1];

    public PlatformProcess Gateway => _processes[2];

    public static async Task<TwoSilos> StartAsync(CancellationToken cancellationToken, params (string Name, string Value)[] settings)
    {
        var cluster = new TwoSilos();
        try
        {
            await cluster.LaunchAsync(settings, cancellationToken);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        // The gateway first: it would look for silos.
        foreach (var process in Enumerable.Reverse(_processes))
        {
            await process.DisposeAsync();
        }

        _database.Dispose();
        _folder.Dispose();
    }

    private async Task LaunchAsync((string Name, string Value)[] settings, CancellationToken cancellationToken)
    {
        (string Name, string Value)[] shared =
        [
            ("MLFLOW_BACKEND_STORE_URI", _database.CreateDatabase()),
            ("MLFLOW_ARTIFACTS_DESTINATION", _folder.Combine("artifacts")),
            ("Orleans__ClusterId", "two-silos"),
            ("Orleans__ServiceId", "two-silos"),
            .. settings,
        ];
        var silos = new[] { Ports(), Ports() };
        foreach (var (silo, gateway) in silos)
        {
            _processes.Add(await PlatformProcess.StartAsync(
                "MLOps.Silo",
                FreePort.Url(),
                [],
                cancellationToken,
                [
                    .. shared,
                    ("MLOps__Tracking__DataDirectory", _folder.Combine($"silo-{silo}")),
                    ("Orleans__Clustering__ProviderType", "Development"),
                    ("Orleans__Clustering__PrimarySiloEndPoint", $"127.0.0.1:{silos[0].Silo}"),
                    ("Orleans__Endpoints__AdvertisedIPAddress", "127.0.0.1"),
                    ("Orleans__Endpoints__SiloPort", silo),
                    ("Orleans__Endpoints__GatewayPort", gateway),
                ]));
        }

        _processes.Add(await PlatformProcess.StartAsync(
            "MLOps.Gateway",
            FreePort.Url(),
            [],
            cancellationToken,
            [
                .. shared,
                ("MLOps__Tracking__DataDirectory", _folder.Combine("gateway")),
                ("Orleans__Clustering__ProviderType", "Static"),
                .. silos.Select((silo, i) => (string.Create(CultureInfo.InvariantCulture, $"Orleans__Clustering__Gateways__{i}"), $"127.0.0.1:{silo.Gateway}")),
            ]));
    }

    private static (string Silo, string Gateway) Ports() =>
        (FreePort.Next().ToString(CultureInfo.InvariantCulture), FreePort.Next().ToString(CultureInfo.InvariantCulture));
}
