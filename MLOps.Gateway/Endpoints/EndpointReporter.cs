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
    private readonly ConcurrentDictionary<string, EndpointReport> _unacknowledged = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _turn = new(1, 1);
    private long _sequence;

    /// <summary>Sends what there is.</summary>
    public async Task ReportAsync()
    {
        await _turn.WaitAsync();
        try
        {
            foreach (var route in routes.Known)
            {
                await ReportAsync(route);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    public override void Dispose()
    {
        _turn.Dispose();
        base.Dispose();
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);

        // The last second counts too: the silo stops after its gateway.
        await ReportAsync();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await ReportAsync();
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops: so does this.
        }
    }

    private async Task ReportAsync(EndpointRoute route)
    {
        var name = route.Endpoint.Name;
        if (_unacknowledged.TryGetValue(name, out var waiting) && !await SendAsync(name, waiting))
        {
            return;
        }

        var variants = new List<VariantCounts>();
        foreach (var (key, statistics) in route.Statistics.Variants)
        {
            if (statistics.Take() is { } counts)
            {
                variants.Add(counts);
            }
            else if (!route.Endpoint.Variants.Any(variant => variant.Spec.Name == key.Variant && variant.LoadRevision == key.LoadRevision))
            {
                // Reported to the end, and gone.
                route.Statistics.Variants.TryRemove(key, out _);
            }
        }

        var differences = shadows.Take(name);
        shadows.Keep(route);
        if (variants.Count + differences.Count > 0)
        {
            await SendAsync(name, new EndpointReport(_gateway, ++_sequence, variants.ToArray(), differences.ToArray()));
        }
    }

    /// <returns>Whether the report needs no more sending.</returns>
    private async Task<bool> SendAsync(string endpoint, EndpointReport report)
    {
        try
        {
            await grains.GetGrain<IEndpointGrain>(endpoint).ReportAsync(report);
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
            _unacknowledged[endpoint] = report;
            LogNotReported(logger, exception, endpoint);
            return false;
        }

        _unacknowledged.TryRemove(endpoint, out _);
        return true;
    }
}
