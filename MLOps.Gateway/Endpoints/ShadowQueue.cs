using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using MLOps.Contracts.Endpoints;
using MLOps.Contracts.Models;
using MLOps.Contracts.Problems;
using MLOps.Gateway.Hosting;
using MLOps.Inference;
using MLOps.Inference.Codecs;
using MLOps.Inference.Engine;
using MLOps.Inference.Tensors;
using Orleans.Concurrency;

namespace MLOps.Gateway.Endpoints;

/// <summary>Mirrors requests to shadow variants and compares the answers, never on the caller's time: the caller copies its tensors when there is room,
/// one pump runs the shadows, and when it cannot keep up, requests are dropped and counted.</summary>
internal sealed partial class ShadowQueue(IGrainFactory grains, IServiceProvider services, ServingMetrics metrics, TimeProvider time, ILogger<ShadowQueue> logger) : BackgroundService
{
    private const int Capacity = 1024;
    private const long MaxBytes = 64L << 20;

    private readonly Channel<ShadowItem> _items = Channel.CreateBounded<ShadowItem>(
        new BoundedChannelOptions(Capacity) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    private readonly ByteBudget _bytes = new(MaxBytes);
    private readonly ConcurrentDictionary<(string Endpoint, string Variant, long Load), ShadowComparison> _comparisons = new();
    private readonly InferenceEngine? _engine = services.GetService<InferenceEngine>();

    /// <summary>Copies what the shadows need; the tensors may go when it returns.</summary>
    public void Offer(EndpointRoute route, PredictionRequest request, InferenceResult result)
    {
        var targets = Sampled(route.Shadows);
        if (targets.Length == 0)
        {
            return;
        }

        long bytes = (request.Rows?.Length ?? request.Inputs.Sum(input => (long)input.Data.Length)) + result.Outputs.Sum(output => (long)output.Data.Length);
        if (_bytes.TryReserve(bytes))
        {
            var item = new ShadowItem(
                route.Endpoint.Name,
                targets,
                request.Rows?.ToArray() ?? TensorMessageCodec.Encode(request.Inputs, outputs: request.Outputs),
                TensorMessageCodec.Encode(result.Outputs),
                null,
                request.Rows is not null);

            // The encoding adds names and shapes to what was reserved.
            _bytes.Release(bytes - item.Bytes);
            if (_items.Writer.TryWrite(item))
            {
                return;
            }

            _bytes.Release(item.Bytes);
        }

        foreach (var target in targets)
        {
            metrics.ShadowDropped(route.Endpoint.Name);
            Comparison(route.Endpoint.Name, target).Dropped();
        }
    }

    /// <summary>Completes when everything offered before the call has been compared.</summary>
    public async Task DrainAsync(CancellationToken cancellationToken = default)
    {
        var drained = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await _items.Writer.WriteAsync(new ShadowItem("", [], [], [], drained), cancellationToken);
        await drained.Task.WaitAsync(cancellationToken);
    }

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

    /// <summary>Endpoints of which something was compared.</summary>
    public IEnumerable<string> Endpoints => _comparisons.Keys.Select(key => key.Endpoint).Distinct();

    /// <summary>Forgets the shadows that an endpoint does not have any more.</summary>
    /// <param name="route">Null: the endpoint is gone.</param>
    public void Keep(string endpoint, EndpointRoute? route)
    {
        foreach (var key in _comparisons.Keys)
        {
            if (key.Endpoint == endpoint && route?.Shadows.Any(shadow => shadow.Variant.Spec.Name == key.Variant && shadow.Variant.LoadRevision == key.Load) != true)
            {
                _comparisons.TryRemove(key, out _);
            }
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        _items.Writer.TryComplete();
        await base.StopAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // What waits when the process stops is dropped: nobody would read the comparison.
        await foreach (var item in _items.Reader.ReadAllAsync(stoppingToken))
        {
            foreach (var target in item.Targets)
            {
                await CompareAsync(item, target);
            }

            _bytes.Release(item.Bytes);
            item.Drained?.TrySetResult();
        }
    }

    private async Task CompareAsync(ShadowItem item, RouteTarget target)
    {
        var comparison = Comparison(item.Endpoint, target);
        var start = time.GetTimestamp();
        try
        {
            var live = TensorMessageCodec.Decode(item.Answer).Tensors;
            var message = item.AreRows ? await InputsAsync(item, target) : item.Request;
            var request = TensorMessageCodec.Decode(message);
            var replica = target.NextReplica(_engine);
            if (_engine is not null && _engine.TryInfer(replica, request.Tensors, request.Outputs, out var result))
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
#pragma warning disable CA1031 // Whatever a shadow fails with, the other shadows, and the process that serves callers, go on.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            if (comparison.Failed())
            {
                LogFailed(logger, exception, item.Endpoint, target.Variant.Spec.Name);
            }
        }
    }

    /// <summary>The shadow's own inputs: its version may have been trained behind another pipeline than the one that answered.</summary>
    private async Task<byte[]> InputsAsync(ShadowItem item, RouteTarget target)
    {
        var inputs = await grains.GetGrain<IFeatureGrain>(0).InputsAsync(target.Variant.Source, new Immutable<byte[]>(item.Request));
        return inputs.IsSequence
            ? throw new MLOpsException(ProblemCode.InvalidState, $"Shadow '{target.Variant.Spec.Name}' takes the rows as steps of a sequence, and those are not mirrored.")
            : inputs.Tensors;
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
