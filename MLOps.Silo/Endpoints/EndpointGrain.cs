using Microsoft.Extensions.Logging;
using MLOps.Contracts.Catalog;
using MLOps.Contracts.Endpoints;
using MLOps.Contracts.Monitoring;
using MLOps.Contracts.Problems;
using Orleans.Utilities;

namespace MLOps.Silo.Endpoints;

/// <summary>One endpoint: what it should be, what it is, and who wants to know.
/// A deployment loads beside what serves and then switches in one write, so a failure on the way changes nothing.</summary>
[GrainType("endpoint")]
internal sealed partial class EndpointGrain : Grain, IEndpointGrain
{
    private readonly IPersistentState<EndpointState> _state;
    private readonly ModelResolver _resolver;
    private readonly ModelFiles _files;
    private readonly TimeProvider _time;
    private readonly ILogger<EndpointGrain> _logger;
    private readonly ObserverManager<IEndpointObserver> _observers;

    // The last snapshot that is durable: what interleaved readers see while a write is under way.
    private EndpointSnapshot? _current;

    public EndpointGrain(
        [PersistentState("endpoint")] IPersistentState<EndpointState> state,
        ModelResolver resolver,
        ModelFiles files,
        TimeProvider time,
        ILogger<EndpointGrain> logger)
    {
        _state = state;
        _resolver = resolver;
        _files = files;
        _time = time;
        _logger = logger;
        _observers = new ObserverManager<IEndpointObserver>(EndpointObservers.Expiration, logger);
    }

    private string Name => this.GetPrimaryKeyString();

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _current = _state.State.Endpoint;
        return Task.CompletedTask;
    }

    public async Task<EndpointSnapshot> DeployAsync(EndpointSpec spec)
    {
        EndpointName.Check(Name, "endpoint name");
        EndpointSpecCheck.Check(spec);
        var isNew = _current is null;
        if (isNew)
        {
            await Index.AddAsync(Name);

            // What an endpoint of this name left behind is not this one's, also when its removal was cut short.
            await Monitor.CloseAsync();
        }

        try
        {
            return await RollAsync(spec.Variants, spec.Description);
        }
        catch when (isNew)
        {
            await Index.RemoveAsync(Name);
            throw;
        }
    }

    public Task<EndpointSnapshot> GetAsync() => Task.FromResult(Current());

    public Task<EndpointSnapshot> SubscribeAsync(IEndpointObserver observer)
    {
        var current = Current();
        _observers.Subscribe(observer, observer);
        return Task.FromResult(current);
    }

    public async Task<EndpointSnapshot> RefreshAsync()
    {
        var current = Current();
        if (current.Status == EndpointStatus.Unloaded)
        {
            return current;
        }

        try
        {
            return await RollAsync([.. current.Variants.Select(variant => variant.Spec)], current.Description);
        }
        catch (MLOpsException exception)
        {
            // Nobody waits for a rollout that a promotion began: the endpoint itself has to say why it did not follow.
            LogDeploymentFailed(_logger, exception, Name, current.Revision);
            return await WriteAsync(current with { StatusMessage = $"Could not follow the registry: {exception.Message}", Revision = NextRevision() });
        }
    }

    public Task<EndpointSnapshot> LoadAsync()
    {
        var current = Current();
        return RollAsync([.. current.Variants.Select(variant => variant.Spec)], current.Description);
    }

    public async Task<EndpointSnapshot> UnloadAsync()
    {
        var current = Current();
        if (current.Status == EndpointStatus.Unloaded)
        {
            return current;
        }

        var unloaded = await WriteAsync(current with
        {
            Status = EndpointStatus.Unloaded,
            StatusMessage = "Unloaded: load it to serve again.",
            Revision = NextRevision(),
            LastUpdatedTime = _time.GetUtcNow().ToUnixTimeMilliseconds(),
        });
        await UnloadAsync(current.Variants);
        return unloaded;
    }

    public Task<EndpointSnapshot> RebindAsync(string oldName, string newName)
    {
        var current = Current();

        // An array, as everywhere in grain state.
        var variants = current.Variants.Select(variant => ModelUri.Parse(variant.Spec.ModelUri).Name == oldName
            ? variant with { Spec = variant.Spec with { ModelUri = ModelUri.Renamed(variant.Spec.ModelUri, newName) }, ModelName = newName }
            : variant).ToArray();
        return WriteAsync(current with { Variants = variants, Revision = NextRevision(), LastUpdatedTime = _time.GetUtcNow().ToUnixTimeMilliseconds() });
    }

    public async Task UndeployAsync()
    {
        var current = Current();
        await Monitor.CloseAsync();
        await _state.ClearStateAsync();
        _current = null;
        await Index.RemoveAsync(Name);
        await _observers.Notify(observer => observer.OnRemovedAsync(Name));
        await UnloadAsync(current.Variants);
        LogRemoved(_logger, Name);
        DeactivateOnIdle();
    }

    private INameIndexGrain Index => GrainFactory.GetGrain<INameIndexGrain>(NameIndex.Endpoints);

    private IMonitorGrain Monitor => GrainFactory.GetGrain<IMonitorGrain>(Name);

    private async Task<EndpointSnapshot> RollAsync(IReadOnlyList<VariantSpec> specs, string? description)
    {
        var before = _current;
        var loaded = before is { Status: not EndpointStatus.Unloaded };
        var revision = NextRevision();
        var fresh = new List<VariantState>();
        try
        {
            var variants = new List<VariantState>();
            foreach (var spec in specs)
            {
                var wanted = await _resolver.ResolveAsync(spec, CancellationToken.None);
                if (loaded && before!.Variants.FirstOrDefault(variant => IsSame(variant, wanted)) is { } kept)
                {
                    variants.Add(kept with { Spec = spec });
                    continue;
                }

                wanted = wanted with { LoadRevision = revision };
                fresh.Add(wanted);
                variants.Add(wanted with { Signature = await LoadAsync(wanted) });
            }

            var now = _time.GetUtcNow().ToUnixTimeMilliseconds();
            var endpoint = await WriteAsync(new EndpointSnapshot(
                Name,
                EndpointStatus.Ready,
                null,
                variants,
                revision,
                before?.CreationTime ?? now,
                now,
                description,
                await SetProfileAsync(variants)));
            LogSwitched(_logger, Name, revision, string.Join(", ", variants.Select(variant => $"{variant.Spec.Name}={variant.ModelName} {variant.ModelVersion}")));

            // Requests that still hold the old snapshot are told by the replica that it retired, and try again with the new one.
            await UnloadAsync(before?.Variants.Where(old => variants.All(variant => variant.LoadRevision != old.LoadRevision || variant.Spec.Name != old.Spec.Name)) ?? []);
            return endpoint;
        }
        catch
        {
            await UnloadAsync(fresh);
            throw;
        }
    }

    private async Task<EndpointSnapshot> WriteAsync(EndpointSnapshot endpoint)
    {
        var before = _state.State;
        _state.State = new EndpointState { Endpoint = endpoint, LastRevision = endpoint.Revision };
        try
        {
            await _state.WriteStateAsync();
        }
        catch
        {
            _state.State = before;
            throw;
        }

        _current = endpoint;
        await _observers.Notify(observer => observer.OnChangedAsync(endpoint));
        return endpoint;
    }

    private async Task<ModelSignature> LoadAsync(VariantState variant)
    {
        var signatures = await Task.WhenAll(ReplicaKey.Of(Name, variant).Select(key => Replica(key).LoadAsync(variant)));
        return signatures[0];
    }

    private async Task UnloadAsync(IEnumerable<VariantState> variants)
    {
        foreach (var key in variants.SelectMany(variant => ReplicaKey.Of(Name, variant)))
        {
            try
            {
                await Replica(key).UnloadAsync();
            }
            catch (Exception exception) when (exception is OrleansException or TimeoutException)
            {
                LogUnloadFailed(_logger, exception, key.ToString());
            }
        }
    }

    /// <summary>The variant with the most traffic says what is monitored: drift is about the callers' data, which all variants share.</summary>
    private async Task<IReadOnlyList<MonitoredElement>> SetProfileAsync(List<VariantState> variants)
    {
        var main = variants.MaxBy(variant => variant.Spec.Weight)!;
        if (await _files.ReadProfileAsync(main.Source, CancellationToken.None) is not { } profile)
        {
            return [];
        }

        var monitored = ReferenceProfile.Monitored(profile, main.Signature!);
        if (await Monitor.GetProfileAsync() != profile)
        {
            await Monitor.SetProfileAsync(profile);
        }

        return monitored;
    }

    private long NextRevision() => ++_state.State.LastRevision;

    private EndpointSnapshot Current()
    {
        if (_current is null)
        {
            // Callers may ask for any name: nothing of it stays in memory.
            DeactivateOnIdle();
            throw new MLOpsException(ProblemCode.NotFound, $"Endpoint '{Name}' does not exist.");
        }

        return _current;
    }

    private IModelReplicaGrain Replica(ReplicaKey key) => GrainFactory.GetGrain<IModelReplicaGrain>(key.ToString());

    private static bool IsSame(VariantState running, VariantState wanted) =>
        running.Spec.Name == wanted.Spec.Name
        && running.ModelName == wanted.ModelName
        && running.ModelVersion == wanted.ModelVersion
        && running.Source == wanted.Source
        && running.Spec.Replicas == wanted.Spec.Replicas
        && running.Spec.Threads == wanted.Spec.Threads;
}
