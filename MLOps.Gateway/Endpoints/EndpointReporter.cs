using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using MLOps.Contracts.Endpoints;
using MLOps.Contracts.Problems;

namespace MLOps.Gateway.Endpoints;

/// <summary>Tells the endpoints' grains every second what this process has counted, never on a caller's time.
/// What a grain has not acknowledged is sent again under the same number before anything new.</summary>
internal sealed partial class EndpointReporter(IGrainFactory grains, RoutingTable routes, ShadowQueue shadows, TimeProvider time, ILogger<EndpointReporter> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly string _gateway = Guid.NewGuid().ToString("N");
    private readonly ConcurrentDictionary<string, EndpointReports> _reports = new(StringComparer.Ordinal);
    private long _sequence;

    /// <summary>Endpoints of which something is reported.</summary>
    public IEnumerable<string> Endpoints => _reports.Keys;

    /// <summary>Sends what there is.</summary>
    public Task ReportAsync()
    {
        Forget();
        return Task.WhenAll(routes.Known.Select(async route =>
        {
            var reports = Of(route);
            await reports.Turn.WaitAsync();
            await ReportAsync(route, reports);
        }));
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);

        // The last second counts too: the silo stops after its gateway.
        await ReportAsync().WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                Forget();
                foreach (var route in routes.Known)
                {
                    // A grain that deploys answers late: the others' reports do not wait for it, and its own is not piled up.
                    if (Of(route) is var reports && reports.Turn.Wait(0, CancellationToken.None))
                    {
                        _ = ReportAsync(route, reports);
                    }
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops: so does this.
        }
    }

    /// <summary>Drops what there is of endpoints that are gone.</summary>
    private void Forget()
    {
        foreach (var gone in _reports.Keys.Where(name => routes.Find(name) is null))
        {
            _reports.TryRemove(gone, out _);
        }

        // What was still waiting for its shadow may have been compared since.
        foreach (var gone in shadows.Endpoints.Where(name => routes.Find(name) is null))
        {
            shadows.Keep(gone, null);
        }
    }

    private EndpointReports Of(EndpointRoute route) => _reports.GetOrAdd(route.Endpoint.Name, static _ => new EndpointReports());

    /// <summary>The turn is the caller's, and given back here.</summary>
    private async Task ReportAsync(EndpointRoute route, EndpointReports reports)
    {
        try
        {
            if (reports.Unacknowledged is null || await SendAsync(route.Endpoint.Name, reports))
            {
                // A deployment may have answered late and changed the route meanwhile.
                await SendAsync(routes.Find(route.Endpoint.Name) ?? route, reports);
            }
        }
        finally
        {
            reports.Turn.Release();
        }
    }

    private async Task SendAsync(EndpointRoute route, EndpointReports reports)
    {
        var name = route.Endpoint.Name;
        var variants = route.Statistics.Take(route.Endpoint);
        var differences = shadows.Take(name);
        shadows.Keep(name, route);
        if (variants.Count + differences.Count > 0)
        {
            reports.Unacknowledged = new EndpointReport(_gateway, Interlocked.Increment(ref _sequence), variants.ToArray(), differences.ToArray());
            await SendAsync(name, reports);
        }
    }

    /// <returns>Whether the report needs no more sending.</returns>
    private async Task<bool> SendAsync(string endpoint, EndpointReports reports)
    {
        try
        {
            await grains.GetGrain<IEndpointGrain>(endpoint).ReportAsync(reports.Unacknowledged!);
        }
        catch (MLOpsException exception) when (exception.Code == ProblemCode.NotFound)
        {
            // The endpoint is gone, and its counts with it.
            LogGone(logger, endpoint);
        }
#pragma warning disable CA1031 // Whatever a grain fails with, serving and the other endpoints' reports go on; the report is kept and sent again.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogNotReported(logger, exception, endpoint);
            return false;
        }

        reports.Unacknowledged = null;
        return true;
    }
}
