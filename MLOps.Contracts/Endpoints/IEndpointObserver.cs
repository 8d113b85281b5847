using Orleans.CodeGeneration;
using Orleans.Concurrency;

namespace MLOps.Contracts.Endpoints;

/// <summary>A process that routes requests and so wants to know what endpoints are.</summary>
[Alias("mlops.IEndpointObserver"), Version(1)]
public interface IEndpointObserver : IGrainObserver
{
    [Alias("changed"), OneWay]
    Task OnChangedAsync(EndpointSnapshot endpoint);

    [Alias("removed"), OneWay]
    Task OnRemovedAsync(string endpoint);
}
