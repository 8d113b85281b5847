using Microsoft.Extensions.Logging;
using MLOps.Contracts.Catalog;
using MLOps.Contracts.Endpoints;
using MLOps.Contracts.Monitoring;
using MLOps.Contracts.Problems;
using MLOps.Tracking;
using Orleans.Utilities;

namespace MLOps.Silo.Endpoints;

/// <summary>One endpoint: what it should be, what it is, and who wants to know.
/// A deployment loads beside what serves and then switches in one write, so a failure on the way changes nothing.</summary>
[GrainType("endpoint")]
internal sealed partial class EndpointGrain : Grain, IEndpointGrain, IRemindable
{
    private readonly IPersistentState<EndpointState> _state;
    private readonly IPersistentState<EndpointTelemetryState> _telemetry;
    private readonly ModelResolver _resolver;
    private readonly ModelFiles _files;
    private readonly IServingStore _store;
    private readonly TimeProvider _time;
    private readonly ILogger<EndpointGrain> _logger;
    private readonly ObserverManager<IEndpointObserver> _observers;

    // The last snapshot that is durable: what interleaved readers see while a write is under way.
    private EndpointSnapshot? _current;

    public EndpointGrain(
        [PersistentState("endpoint")] IPersistentState<EndpointState> state,
        [PersistentState("endpoint-telemetry")] IPersistentState<EndpointTelemetryState> telemetry,
        ModelResolver resolver,
        ModelFiles files,
        IServingStore store,
        TimeProvider time,
        ILogger<EndpointGrain> logger)
    {
        _state = state;
        _telemetry = telemetry;
        _resolver = resolver;
        _files = files;
        _store = store;
        _time = time;
        _logger = logger;
        _observers = new ObserverManager<IEndpointObserver>(EndpointObservers.Expiration, logger);
    }

    private string Name => this.GetPrimaryKeyString();

    private long Now => _time.GetUtcNow().ToUnixTimeMilliseconds();

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _current = _state.State.Endpoint;
        if (IsDeciding)
        {
            StartPulse();
        }

        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) =>
        _current is null ? Task.CompletedTask : KeepTelemetryAsync();

    public async Task<EndpointSnapshot> DeployAsync(EndpointSpec spec, string by = EndpointEvent.Platform)
    {
        EndpointName.Check(Name, "endpoint name");
        EndpointSpecCheck.Check(spec);
        var isNew = _current is null;
        if (isNew)
        {
            await Index.AddAsync(Name);

            // What an endpoint of this name left behind is not this one's, also when its removal was cut short.
            await Monitor.CloseAsync();
            await _store.ForgetAsync(Name);
        }

        try
        {
            return await RollAsync(spec, null, EndpointEventKind.Deployed, by);
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
            return await RollAsync(SpecOf(current), current.Canary, EndpointEventKind.Followed, EndpointEvent.Platform);
        }
        catch (MLOpsException exception)
        {
            // Nobody waits for a rollout that a promotion began: the endpoint itself has to say why it did not follow.
            LogDeploymentFailed(_logger, exception, Name, current.Revision);
            var message = $"Could not follow the registry: {exception.Message}";
            return await WriteAsync(
                current with { StatusMessage = message, Revision = NextRevision() },
                Line(EndpointEventKind.FollowFailed, null, message, EndpointEvent.Platform));
        }
    }

    public Task<EndpointSnapshot> LoadAsync()
    {
        var current = Current();
        return RollAsync(SpecOf(current), current.Canary, EndpointEventKind.Loaded, EndpointEvent.Platform);
    }

    public async Task<EndpointSnapshot> UnloadAsync()
    {
        var current = Current();
        if (current.Status == EndpointStatus.Unloaded)
        {
            return current;
        }

        const string Message = "Unloaded: load it to serve again.";
        var unloaded = await WriteAsync(
            current with { Status = EndpointStatus.Unloaded, StatusMessage = Message, Revision = NextRevision(), LastUpdatedTime = Now },
            Line(EndpointEventKind.Unloaded, null, Message, EndpointEvent.Platform));
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
        return WriteAsync(current with { Variants = variants, Revision = NextRevision(), LastUpdatedTime = Now });
    }

    public async Task UndeployAsync(string by = EndpointEvent.Platform)
    {
        var current = Current();
        await Monitor.CloseAsync();
        await _store.AppendEventsAsync(Name, [.. _state.State.Unwritten, Line(EndpointEventKind.Removed, null, "Serving stopped.", by)]);
        await _store.ForgetAsync(Name);
        await _telemetry.ClearStateAsync();
        await _state.ClearStateAsync();
        _current = null;
        await WakeLaterAsync();
        await Index.RemoveAsync(Name);
        await _observers.Notify(observer => observer.OnRemovedAsync(Name));
        await UnloadAsync(current.Variants);
        LogRemoved(_logger, Name);
        DeactivateOnIdle();
    }

    private INameIndexGrain Index => GrainFactory.GetGrain<INameIndexGrain>(NameIndex.Endpoints);

    private IMonitorGrain Monitor => GrainFactory.GetGrain<IMonitorGrain>(Name);

    /// <summary>What the endpoint should be, without the canary that it runs.</summary>
    private static EndpointSpec SpecOf(EndpointSnapshot endpoint) =>
        new(endpoint.Variants.Select(variant => variant.Spec).ToArray(), endpoint.Description, null, endpoint.AbTest, endpoint.Limits, endpoint.Capture);

    /// <param name="canary">The canary that goes on; null: the one that the spec begins, if any.</param>
    private async Task<EndpointSnapshot> RollAsync(EndpointSpec spec, CanaryProgress? canary, EndpointEventKind kind, string by)
    {
        var before = _current;
        var loaded = before is { Status: not EndpointStatus.Unloaded };
        var revision = NextRevision();
        var fresh = new List<VariantState>();
        try
        {
            var variants = new List<VariantState>();
            foreach (var wish in spec.Variants)
            {
                var wanted = await _resolver.ResolveAsync(wish, CancellationToken.None);
                if (loaded && before!.Variants.FirstOrDefault(variant => IsSame(variant, wanted)) is { } kept)
                {
                    variants.Add(kept with { Spec = wish });
                    continue;
                }

                wanted = wanted with { LoadRevision = revision };
                fresh.Add(wanted);
                variants.Add(wanted with { Signature = await LoadAsync(wanted) });
            }

            var now = Now;
            var events = new List<EndpointEvent>();
            if (kind != EndpointEventKind.Followed || fresh.Count > 0)
            {
                events.Add(Line(kind, null, Described(variants), by, revision));
            }

            canary = Canary(spec, canary, variants, before, now, by, revision, events);
            var weighted = canary is { Status: CanaryStatus.Running } ? CanaryWeights.Apply(variants, canary) : variants.ToArray();
            var trial = TrialOf(spec, canary, weighted, before, revision, kind);
            if (trial == revision && spec.AbTest is { } test)
            {
                events.Add(Line(EndpointEventKind.AbTestStarted, null, $"A/B test of {test.Metric} against {test.Control} begins.", by, revision));
            }

            var endpoint = await WriteAsync(
                new EndpointSnapshot(
                    Name,
                    EndpointStatus.Ready,
                    null,
                    weighted,
                    revision,
                    before?.CreationTime ?? now,
                    now,
                    spec.Description,
                    await SetProfileAsync(weighted),
                    spec.Limits,
                    spec.Capture,
                    spec.AbTest,
                    canary,
                    trial),
                [.. events]);
            LogSwitched(_logger, Name, revision, Described(variants));

            // They serve from here on: nothing that fails now may unload them.
            fresh.Clear();
            await BeginAsync(before, endpoint);

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

    private async Task<EndpointSnapshot> WriteAsync(EndpointSnapshot endpoint, params EndpointEvent[] events)
    {
        var before = _state.State;
        _state.State = new EndpointState { Endpoint = endpoint, LastRevision = endpoint.Revision, Unwritten = [.. before.Unwritten, .. events] };
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
        await WriteHistoryAsync();
        await WakeLaterAsync();
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
    private async Task<IReadOnlyList<MonitoredElement>> SetProfileAsync(IReadOnlyList<VariantState> variants)
    {
        var main = variants.Where(variant => variant.Spec.Role == VariantRole.Live).MaxBy(variant => variant.Spec.Weight)!;
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

    private static string Described(IReadOnlyList<VariantState> variants) =>
        string.Join(", ", variants.Select(variant => $"{variant.Spec.Name}={variant.ModelName} {variant.ModelVersion}"));

    private static bool IsSame(VariantState running, VariantState wanted) =>
        running.Spec.Name == wanted.Spec.Name
        && running.ModelName == wanted.ModelName
        && running.ModelVersion == wanted.ModelVersion
        && running.Source == wanted.Source
        && running.Spec.Replicas == wanted.Spec.Replicas
        && running.Spec.Threads == wanted.Spec.Threads
        && running.Spec.MemoryBytes == wanted.Spec.MemoryBytes;
}
