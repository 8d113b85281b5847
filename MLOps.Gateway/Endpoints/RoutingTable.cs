using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using MLOps.Contracts.Endpoints;
using MLOps.Contracts.Problems;

namespace MLOps.Gateway.Endpoints;

/// <summary>What this process knows of endpoints: asked for at first use, pushed by their grains from then on.</summary>
internal sealed partial class RoutingTable : IEndpointObserver
{
    private readonly ConcurrentDictionary<string, EndpointRoute> _routes = new(StringComparer.Ordinal);
    private readonly IGrainFactory _grains;
    private readonly ServingMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger<RoutingTable> _logger;
    private readonly Lazy<IEndpointObserver> _self;

    public RoutingTable(IGrainFactory grains, ServingMetrics metrics, TimeProvider time, ILogger<RoutingTable> logger)
    {
        _grains = grains;
        _metrics = metrics;
        _time = time;
        _logger = logger;
        _self = new Lazy<IEndpointObserver>(() => grains.CreateObjectReference<IEndpointObserver>(this));
    }

    /// <summary>The endpoints in use here.</summary>
    public IEnumerable<EndpointRoute> Known => _routes.Values;

    /// <returns>Null: not in use here.</returns>
    public EndpointRoute? Find(string endpoint) => _routes.GetValueOrDefault(endpoint);

    /// <exception cref="MLOpsException">InvalidArgument: not a name. NotFound: no such endpoint.</exception>
    public ValueTask<EndpointRoute> GetAsync(string endpoint) =>
        _routes.TryGetValue(endpoint, out var route) ? ValueTask.FromResult(route) : new ValueTask<EndpointRoute>(RefreshAsync(endpoint));

    /// <summary>Asks the endpoint itself, and to be told of later changes.</summary>
    /// <exception cref="MLOpsException">InvalidArgument: not a name. NotFound: no such endpoint.</exception>
    public async Task<EndpointRoute> RefreshAsync(string endpoint)
    {
        EndpointName.Check(endpoint, "endpoint name");
        try
        {
            return Apply(await _grains.GetGrain<IEndpointGrain>(endpoint).SubscribeAsync(_self.Value));
        }
        catch (MLOpsException exception) when (exception.Code == ProblemCode.NotFound)
        {
            Forget(endpoint);
            throw;
        }
    }

    /// <summary>Subscribes again to every endpoint in use.</summary>
    public async Task RenewAsync()
    {
        foreach (var endpoint in _routes.Keys)
        {
            try
            {
                await RefreshAsync(endpoint);
            }
            catch (MLOpsException exception) when (exception.Code == ProblemCode.NotFound)
            {
                LogGone(_logger, endpoint);
            }
#pragma warning disable CA1031 // Whatever keeps a grain from answering (its store may be out of reach), the gateway goes on with what it knows.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                LogNotRenewed(_logger, exception, endpoint);
            }
        }
    }

    public Task OnChangedAsync(EndpointSnapshot endpoint)
    {
        Apply(endpoint);
        return Task.CompletedTask;
    }

    public Task OnRemovedAsync(string endpoint)
    {
        Forget(endpoint);
        return Task.CompletedTask;
    }

    private void Forget(string endpoint)
    {
        if (_routes.TryRemove(endpoint, out _))
        {
            _metrics.Forget(endpoint);
        }
    }

    /// <summary>Newer snapshots win, whatever order they arrive in; an endpoint that was deleted and made again has a later creation time.</summary>
    private EndpointRoute Apply(EndpointSnapshot endpoint) => _routes.AddOrUpdate(
        endpoint.Name,
        static (_, arrived) => arrived.Table.Route(arrived.Endpoint, null),
        static (_, known, arrived) => IsNewer(arrived.Endpoint, known.Endpoint) ? arrived.Table.Route(arrived.Endpoint, known) : known,
        (Table: this, Endpoint: endpoint));

    private EndpointRoute Route(EndpointSnapshot endpoint, EndpointRoute? before) => new(endpoint, _metrics.Statistics(endpoint.Name), before, _time);

    private static bool IsNewer(EndpointSnapshot arrived, EndpointSnapshot known) =>
        (arrived.CreationTime, arrived.Revision).CompareTo((known.CreationTime, known.Revision)) > 0;
}
