using Microsoft.Extensions.Hosting;
using MLOps.Contracts.Endpoints;

namespace MLOps.Gateway.Endpoints;

/// <summary>Keeps the subscriptions of the routing table alive.</summary>
internal sealed class RoutingRenewal(RoutingTable routes, TimeProvider time) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(EndpointObservers.Renewal, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await routes.RenewAsync();
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops: so does this.
        }
    }
}
