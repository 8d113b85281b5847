using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using MLOps.Contracts.Endpoints;
using MLOps.Contracts.Problems;
using MLOps.Gateway.Hosting;
using MLOps.Inference;
using MLOps.Inference.Codecs;
using MLOps.Inference.Engine;

namespace MLOps.Gateway.Endpoints;

/// <summary>Mirrors requests to shadow variants and compares the answers, never on the caller's time: the caller copies its tensors when there is room,
/// and when a shadow cannot keep up, its requests are dropped and counted. Each has a queue and a pump of its own, and each endpoint its share of the runs, so that one slow candidate costs the others nothing.</summary>
internal sealed partial class ShadowQueue(IGrainFactory grains, IServiceProvider services, ServingMetrics metrics, TimeProvider time, ILogger<ShadowQueue> logger) : BackgroundService
{
    /// <summary>Shadows that run in this process at a time: callers have the other half of the processors. Three are one for a slow shadow, one for its sibling and one for another endpoint.</summary>
    public static readonly int MostRuns = Math.Max(3, Environment.ProcessorCount / 2);

    private readonly Channel<ShadowLane> _begun = Channel.CreateUnbounded<ShadowLane>(new UnboundedChannelOptions { SingleReader = true });
    private readonly ConcurrentDictionary<(string Endpoint, string Variant), ShadowLane> _lanes = new();
    private readonly ShadowMemory _memory = new();
    private readonly ConcurrentDictionary<(string Endpoint, string Variant, long Load), ShadowComparison> _comparisons = new();
    private readonly InferenceEngine? _engine = services.GetService<InferenceEngine>();
    private readonly ShadowRuns _runs = new(MostRuns);

    /// <summary>Copies what the shadows need; the tensors may go when it returns.</summary>
    public void Offer(EndpointRoute route, PredictionRequest request, InferenceResult result)
    {
        var targets = Sampled(route.Shadows);
        if (targets.Length == 0)
        {
            return;
        }

        if (request is not { Source: { } source, Variant: { } answered })
        {
            Offer(route, targets, request, null, result);
            return;
        }

        // Inputs by another signature would be other columns, or none at all.
        Offer(route, [.. targets.Where(target => source.IsAlike(answered, target.Variant))], request, null, result);
        Offer(route, [.. targets.Where(target => !source.IsAlike(answered, target.Variant))], request, source, result);
    }

    /// <summary>Completes when everything offered before the call has been compared, or is not going to be since this process stops.</summary>
    public Task DrainAsync(CancellationToken cancellationToken = default) => DrainAsync(_lanes.Values, cancellationToken);

    /// <summary>As <see cref="DrainAsync(CancellationToken)"/>, of one endpoint.</summary>
    public Task DrainAsync(string endpoint, CancellationToken cancellationToken = default) =>
        DrainAsync(_lanes.Where(lane => lane.Key.Endpoint == endpoint).Select(lane => lane.Value), cancellationToken);

    /// <summary>What was compared of an endpoint since the last take.</summary>
    public IReadOnlyList<ShadowCounts> Take(string endpoint)
    {
        var taken = new List<ShadowCounts>();
        foreach (var (key, comparison) in _comparisons)
        {
            if (key.Endpoint == endpoint && comparison.Take() is { } counts)
            {
                taken.Add(counts);
            }
        }

        return taken;
    }

    /// <summary>Bytes of what waits or is compared; what shadows share, once for each.</summary>
    public long HeldBytes => _memory.Used;

    /// <summary>Endpoints of which something was compared.</summary>
    public IEnumerable<string> Endpoints => _comparisons.Keys.Select(key => key.Endpoint).Distinct();

    /// <summary>Forgets the shadows that an endpoint does not have any more.</summary>
    /// <param name="route">Null: the endpoint is gone.</param>
    public void Keep(string endpoint, EndpointRoute? route)
    {
        foreach (var key in _lanes.Keys)
        {
            if (key.Endpoint == endpoint && route?.Shadows.Any(shadow => shadow.Variant.Spec.Name == key.Variant) != true && _lanes.TryRemove(key, out var lane))
            {
                // Its pump ends when it has compared what waits.
                lane.Items.Writer.TryComplete();
            }
        }

        foreach (var key in _comparisons.Keys)
        {
            if (key.Endpoint == endpoint && route?.Shadows.Any(shadow => shadow.Variant.Spec.Name == key.Variant && shadow.Variant.LoadRevision == key.Load) != true)
            {
                _comparisons.TryRemove(key, out _);
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var pumps = new List<Task>();
        try
        {
            await foreach (var lane in _begun.Reader.ReadAllAsync(stoppingToken))
            {
                pumps.RemoveAll(pump => pump.IsCompleted);
                pumps.Add(PumpAsync(lane, stoppingToken));
            }
        }
        finally
        {
            await Task.WhenAll(pumps).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Offer(EndpointRoute route, RouteTarget[] targets, PredictionRequest request, InputSource? source, InferenceResult result)
    {
        if (targets.Length == 0)
        {
            return;
        }

        ShadowRequest? copy = null;
        var bytes = (source?.Bytes ?? request.Inputs.Sum(input => (long)input.Data.Length)) + result.Outputs.Sum(output => (long)output.Data.Length);
        foreach (var target in targets)
        {
            var lane = Lane(route.Endpoint.Name, target.Variant.Spec.Name);
            if (_memory.TryReserve(lane, bytes))
            {
                copy ??= new ShadowRequest(
                    source is null ? TensorMessageCodec.Encode(request.Inputs, outputs: request.Outputs) : [],
                    source?.Copy(),
                    TensorMessageCodec.Encode(result.Outputs));

                // The encoding adds names and shapes to what was reserved.
                _memory.Release(lane, bytes - copy.Bytes);
                if (lane.Items.Writer.TryWrite(new ShadowItem(target, copy)))
                {
                    continue;
                }

                _memory.Release(lane, copy.Bytes);
            }

            metrics.ShadowDropped(route.Endpoint.Name);
            Comparison(route.Endpoint.Name, target).Dropped();
        }
    }

    private static Task DrainAsync(IEnumerable<ShadowLane> lanes, CancellationToken cancellationToken) => Task.WhenAll(lanes.Select(async lane =>
    {
        var drained = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        while (await lane.Items.Writer.WaitToWriteAsync(cancellationToken))
        {
            if (lane.Items.Writer.TryWrite(new ShadowItem(null, null, drained)))
            {
                await Task.WhenAny(drained.Task, lane.Ended.Task).WaitAsync(cancellationToken);
                return;
            }
        }

        // The endpoint does not have the shadow any more: its queue takes no mark, and its pump ends with what waits.
        await lane.Ended.Task.WaitAsync(cancellationToken);
    }));

    private ShadowLane Lane(string endpoint, string variant)
    {
        if (_lanes.TryGetValue((endpoint, variant), out var known))
        {
            return known;
        }

        var lane = new ShadowLane(endpoint);
        var kept = _lanes.GetOrAdd((endpoint, variant), lane);
        if (kept == lane)
        {
            _begun.Writer.TryWrite(lane);
        }

        return kept;
    }

    private async Task PumpAsync(ShadowLane lane, CancellationToken stoppingToken)
    {
        // Not on the thread that hands out the lanes: a model may run long without giving it back.
        await Task.Yield();

        try
        {
            // What waits when the process stops is dropped: nobody would read the comparison.
            await foreach (var item in lane.Items.Reader.ReadAllAsync(stoppingToken))
            {
                if (item is { Target: { } target, Request: { } request })
                {
                    await CompareAsync(lane.Endpoint, target, request, stoppingToken);
                    _memory.Release(lane, request.Bytes);
                }

                item.Drained?.TrySetResult();
            }
        }
        finally
        {
            // Else whoever waits for room in it, when the process stops, would wait for ever.
            lane.Items.Writer.TryComplete();
            lane.Ended.TrySetResult();
        }
    }

    private async Task CompareAsync(string endpoint, RouteTarget target, ShadowRequest mirrored, CancellationToken cancellationToken)
    {
        var comparison = Comparison(endpoint, target);
        var start = time.GetTimestamp();
        try
        {
            var live = TensorMessageCodec.Decode(mirrored.Answer).Tensors;
            var message = mirrored.Source is { } source ? await InputsAsync(source, target, cancellationToken) : mirrored.Inputs;
            var request = TensorMessageCodec.Decode(message);
            var replica = target.NextReplica(_engine);
            if (_engine is not null && await RunHereAsync(_engine, endpoint, replica, request, cancellationToken) is { } result)
            {
                using (result)
                {
                    comparison.Add(live, result.Outputs, time.GetElapsedTime(start));
                }

                return;
            }

            var answer = await GrainReferences<IModelReplicaGrain>.Get(grains, replica).InferAsync(new TensorMessage(message));
            comparison.Add(live, TensorMessageCodec.Decode(answer.Payload).Tensors, time.GetElapsedTime(start));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
#pragma warning disable CA1031 // Whatever a shadow fails with, the other shadows, and the process that serves callers, go on.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            if (comparison.Failed())
            {
                LogFailed(logger, exception, endpoint, target.Variant.Spec.Name);
            }
        }
    }

    /// <returns>Null: its model is not loaded in this process.</returns>
    private async Task<InferenceResult?> RunHereAsync(InferenceEngine engine, string endpoint, string replica, TensorMessageContent request, CancellationToken cancellationToken)
    {
        await _runs.EnterAsync(endpoint, cancellationToken);
        try
        {
            return engine.TryInfer(replica, request.Tensors, request.Outputs, out var result) ? result : null;
        }
        finally
        {
            _runs.Exit(endpoint);
        }
    }

    /// <summary>The shadow's own inputs: its version may have another signature, or another pipeline, than the one that answered.</summary>
    private static async Task<byte[]> InputsAsync(InputSource source, RouteTarget target, CancellationToken cancellationToken)
    {
        var made = await source.MakeAsync(target.Variant, cancellationToken);
        return made.AreSteps
            ? throw new MLOpsException(ProblemCode.InvalidState, $"Shadow '{target.Variant.Spec.Name}' takes the rows as steps of a sequence, and those are not mirrored.")
            : TensorMessageCodec.Encode(made.Tensors);
    }

    private ShadowComparison Comparison(string endpoint, RouteTarget target) => _comparisons.GetOrAdd(
        (endpoint, target.Variant.Spec.Name, target.Variant.LoadRevision),
        static key => new ShadowComparison(key.Variant, key.Load));

    private static RouteTarget[] Sampled(RouteTarget[] shadows)
    {
        if (shadows is [var only])
        {
            // By far the commonest: nothing is allocated for it.
            return IsSampled(only) ? shadows : [];
        }

        return [.. shadows.Where(IsSampled)];
    }

    private static bool IsSampled(RouteTarget shadow) => shadow.Variant.Spec.SampleRate >= 1 || Random.Shared.NextDouble() < shadow.Variant.Spec.SampleRate;
}
