using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MLOps.Contracts.Catalog;
using MLOps.Contracts.Endpoints;
using MLOps.Contracts.Monitoring;
using MLOps.Contracts.Problems;
using MLOps.Silo.Models;
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
    private readonly RegistryOptions _registry;
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
        IOptions<RegistryOptions> registry,
        TimeProvider time,
        ILogger<EndpointGrain> logger)
    {
        _state = state;
        _telemetry = telemetry;
        _resolver = resolver;
        _files = files;
        _store = store;
        _registry = registry.Value;
        _time = time;
        _logger = logger;
        _observers = new ObserverManager<IEndpointObserver>(EndpointObservers.Expiration, logger);
    }

    private string Name => this.GetPrimaryKeyString();

    private long Now => _time.GetUtcNow().ToUnixTimeMilliseconds();

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _current = _state.State.Endpoint;
        if (_current is not null)
        {
            // A crash may have come between the endpoint's write and its counts'.
            _telemetry.State.Keep(_current);
            StartFollowing();
        }

        if (IsDeciding || _state.State.Loose.Count > 0)
        {
            StartPulse();
        }

        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) =>
        _current is null ? Task.CompletedTask : KeepTelemetryAsync();

    public async Task<EndpointSnapshot> DeployAsync(EndpointSpec spec, string by = EndpointEvent.Platform, RunningCanary running = RunningCanary.End)
    {
        EndpointName.Check(Name, "endpoint name");
        EndpointSpecCheck.Check(spec);
        var kept = Kept(spec, running);
        var isNew = _current is null;
        if (isNew)
        {
            await Index.AddAsync(Name);

            // What an endpoint of this name left behind is not this one's, also when its removal was cut short.
            await Monitor.CloseAsync();
            await _store.ForgetAsync(Name);
        }

        EndpointSnapshot deployed;
        try
        {
            deployed = await RollAsync(spec, kept, EndpointEventKind.Deployed, by);
        }
        catch when (isNew)
        {
            await TryClearAsync();
            throw;
        }

        StartFollowing();

        // Whoever promoted another version meanwhile saw the endpoint as it was before, and had no reason to tell it.
        try
        {
            return await UnservedAsync(deployed, CancellationToken.None) is null ? deployed : await RefreshAsync();
        }
        catch (Exception exception) when (exception is MLOpsException or OrleansException or TimeoutException)
        {
            // It is deployed, whatever keeps the registry's answer away now.
            LogNotAdvanced(_logger, exception, Name);
            return deployed;
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
        catch (Exception exception) when (exception is MLOpsException or OrleansException or TimeoutException && ReferenceEquals(_current, current))
        {
            // Nobody waits for a rollout that a promotion began: the endpoint itself has to say why it did not follow. Has it switched already, it did.
            LogDeploymentFailed(_logger, exception, Name, current.Revision);
            var reason = exception is MLOpsException ? exception.Message : "the part of the cluster that was to load it did not answer. Load the endpoint to try again.";
            var message = CouldNotFollow(reason);
            if (message == current.StatusMessage)
            {
                // Tried again in vain: that is no news.
                return current;
            }

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
            [.. _state.State.Loose, .. Keys(current.Variants)],
            Line(EndpointEventKind.Unloaded, null, Message, EndpointEvent.Platform));
        await UnloadLooseAsync();
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
        await _store.AppendEventsAsync(Name, [.. _state.State.Unwritten, Line(EndpointEventKind.Removed, null, "Serving stopped.", by)]);

        // From this write on it is gone. The name stays listed until everything of it is: after a crash housekeeping finds it there and goes on.
        await WriteStateAsync(new EndpointState { LastRevision = _state.State.LastRevision, Loose = [.. _state.State.Loose, .. Keys(current.Variants)] });
        _current = null;
        await _observers.Notify(observer => observer.OnRemovedAsync(Name));
        LogRemoved(_logger, Name);
        await WakeLaterAsync();
        await TryClearAsync();
    }

    public async Task TidyAsync()
    {
        if (_current is not { } endpoint)
        {
            await ClearAsync();
            return;
        }

        await UnloadLooseAsync();
        await ForgetTrialsAsync(endpoint);
        var capture = endpoint.Capture ?? new CaptureSpec();
        await _store.PruneAsync(Name, capture.Keep, Now - capture.RetentionMs);
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
        try
        {
            var variants = new List<VariantState>();
            foreach (var wish in spec.Variants)
            {
                var wanted = await _resolver.ResolveAsync(wish, CancellationToken.None);
                var kept = loaded ? before!.Variants.FirstOrDefault(variant => IsSame(variant, wanted)) : null;
                variants.Add(kept is null ? wanted with { LoadRevision = revision } : kept with { Spec = wish });
            }

            var fresh = variants.Where(variant => variant.LoadRevision == revision).ToArray();
            if (fresh.Length > 0)
            {
                await WriteStateAsync(_state.State.With([.. _state.State.Loose, .. Keys(fresh)]));
            }

            for (var i = 0; i < variants.Count; i++)
            {
                if (variants[i].LoadRevision == revision)
                {
                    variants[i] = variants[i] with { Signature = await LoadAsync(variants[i]) };
                }
            }

            var now = Now;
            var events = new List<EndpointEvent>();
            if (kind != EndpointEventKind.Followed || fresh.Length > 0)
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

            // They serve from here on; requests that still hold the old snapshot are told by the replica that it retired, and try again with the new one.
            var serving = Keys(variants).ToHashSet(StringComparer.Ordinal);
            var retired = _state.State.Loose.Concat(Keys(loaded ? before!.Variants : [])).Where(key => !serving.Contains(key));
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
                [.. retired],
                [.. events]);
            LogSwitched(_logger, Name, revision, Described(variants));
            await BeginAsync(before?.Trial ?? 0, endpoint);
            return endpoint;
        }
        finally
        {
            // Of the deployment that failed, or of what it replaced.
            await UnloadLooseAsync();
        }
    }

    private Task<EndpointSnapshot> WriteAsync(EndpointSnapshot endpoint, params EndpointEvent[] events) => WriteAsync(endpoint, _state.State.Loose, events);

    /// <param name="loose">What may be loaded beside the endpoint's own replicas from now on.</param>
    private async Task<EndpointSnapshot> WriteAsync(EndpointSnapshot endpoint, List<string> loose, params EndpointEvent[] events)
    {
        await WriteStateAsync(new EndpointState { Endpoint = endpoint, LastRevision = endpoint.Revision, Unwritten = [.. _state.State.Unwritten, .. events], Loose = loose });
        _current = endpoint;
        await _observers.Notify(observer => observer.OnChangedAsync(endpoint));
        await WriteHistoryAsync();
        await WakeLaterAsync();
        return endpoint;
    }

    private async Task WriteStateAsync(EndpointState state)
    {
        var before = _state.State;
        _state.State = state;
        try
        {
            await _state.WriteStateAsync();
        }
        catch
        {
            _state.State = before;
            throw;
        }
    }

    /// <summary>As <see cref="ClearAsync"/> where the endpoint is gone for its callers: what cannot be cleared up now is housekeeping's.</summary>
    private async Task TryClearAsync()
    {
        try
        {
            await ClearAsync();
        }
        catch (Exception exception) when (exception is MLOpsException or OrleansException or TimeoutException)
        {
            LogNotCleared(_logger, exception, Name);
        }
    }

    /// <summary>What is left of an endpoint that is gone, or was never made. Each step may be repeated; the name goes last.</summary>
    private async Task ClearAsync()
    {
        await Monitor.CloseAsync();
        await _store.ForgetAsync(Name);
        await UnloadLooseAsync();
        await _telemetry.ClearStateAsync();
        if (_state.State.Loose.Count == 0)
        {
            await _state.ClearStateAsync();
            await Index.RemoveAsync(Name);
        }

        DeactivateOnIdle();
    }

    private async Task<ModelSignature> LoadAsync(VariantState variant)
    {
        var signatures = await Task.WhenAll(Keys([variant]).Select(key => Replica(key).LoadAsync(variant)));
        return signatures[0];
    }

    /// <summary>Unloads what is loose. What cannot be reached now stays noted for housekeeping.</summary>
    private async Task UnloadLooseAsync()
    {
        foreach (var key in _state.State.Loose.ToArray())
        {
            try
            {
                await Replica(key).UnloadAsync();

                // In memory alone: after a crash it is unloaded again, which changes nothing.
                _state.State.Loose.Remove(key);
            }
            catch (Exception exception) when (exception is OrleansException or TimeoutException)
            {
                LogUnloadFailed(_logger, exception, key);
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

    private IEnumerable<string> Keys(IEnumerable<VariantState> variants) => variants.SelectMany(variant => ReplicaKey.Of(Name, variant)).Select(key => key.ToString());

    private IModelReplicaGrain Replica(string key) => GrainFactory.GetGrain<IModelReplicaGrain>(key);

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
