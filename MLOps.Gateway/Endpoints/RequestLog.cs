using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using MLOps.Contracts.Endpoints;
using MLOps.Contracts.Problems;
using MLOps.Inference.Codecs;
using MLOps.Inference.Engine;
using MLOps.Tracking;
using MLOps.Tracking.Serving;

namespace MLOps.Gateway.Endpoints;

/// <summary>Remembers requests by their id, so that outcomes can be attached later: the caller copies a sample of the payloads when there is room,
/// one pump writes what waits in one transaction, and when it cannot keep up, requests are dropped and counted.</summary>
internal sealed partial class RequestLog(IServingStore store, ServingMetrics metrics, TimeProvider time, ILogger<RequestLog> logger) : BackgroundService
{
    private const int Capacity = 65_536;
    private const int MaxBatch = 1024;
    private const long MaxBytes = 64L << 20;

    /// <summary>Requests between two looks for more than are to be kept. What is too old goes in the endpoint's own time, with or without traffic.</summary>
    private const int PruneEvery = 1000;

    private readonly Channel<RequestLogItem> _items = Channel.CreateBounded<RequestLogItem>(
        new BoundedChannelOptions(Capacity) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    private readonly ByteBudget _bytes = new(MaxBytes);
    private readonly Dictionary<string, EndpointSnapshot> _sincePrune = new(StringComparer.Ordinal);

    // A new process looks at once: it does not know when the last look was.
    private int _requestsSincePrune = PruneEvery;

    /// <summary>Copies what is kept; the tensors may go when it returns.</summary>
    public void Offer(EndpointRoute route, VariantState variant, PredictionRequest request, InferenceResult result, string id)
    {
        var isSampled = route.CaptureRate > 0 && (route.CaptureRate >= 1 || Random.Shared.NextDouble() < route.CaptureRate);
        if (!isSampled && !route.RecordsEvery)
        {
            return;
        }

        byte[]? inputs = null, outputs = null;
        var bytes = isSampled ? request.Inputs.Sum(input => (long)input.Data.Length) + result.Outputs.Sum(output => (long)output.Data.Length) : 0;
        var isTooLarge = bytes > (route.Endpoint.Capture?.MaxBytes ?? 0);
        if (isSampled && !isTooLarge && _bytes.TryReserve(bytes))
        {
            inputs = TensorMessageCodec.Encode(request.Inputs);
            outputs = TensorMessageCodec.Encode(result.Outputs, result.Version);
        }
        else
        {
            bytes = 0;
        }

        // What chose the variant is the unit of a test: a sequence's steps are no independent draws, and who asked for a version was drawn for none.
        var trial = request.Version is null ? route.Endpoint.Trial : 0;
        var item = new RequestLogItem(route.Endpoint, variant, id, request.CallerKey ?? (request.AreSteps ? null : request.Sequence?.Id), trial, inputs, outputs, bytes, isTooLarge, time.GetUtcNow().ToUnixTimeMilliseconds(), null);
        if (!_items.Writer.TryWrite(item))
        {
            _bytes.Release(bytes);
            metrics.RequestsDropped(route.Endpoint.Name, 1);
        }
    }

    /// <summary>Completes when everything offered before the call is stored.</summary>
    public async Task DrainAsync(CancellationToken cancellationToken = default)
    {
        var drained = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await _items.Writer.WriteAsync(new RequestLogItem(null!, null!, "", null, 0, null, null, 0, false, 0, drained), cancellationToken);
        await drained.Task.WaitAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        // What was offered is still stored: the store closes after its users.
        _items.Writer.TryComplete();
        if (ExecuteTask is { } pump)
        {
            await pump.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await base.StopAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var batch = new List<RequestLogItem>();
        while (await _items.Reader.WaitToReadAsync(CancellationToken.None))
        {
            while (batch.Count < MaxBatch && _items.Reader.TryRead(out var item))
            {
                batch.Add(item);
            }

            await StoreAsync(batch);
            batch.Clear();
        }
    }

    private async Task StoreAsync(List<RequestLogItem> batch)
    {
        var requests = batch.Where(item => item.Drained is null).ToList();
        try
        {
            if (requests.Count > 0)
            {
                await store.RecordRequestsAsync([.. requests.Select(Record)]);
            }
        }
#pragma warning disable CA1031 // Whatever a store fails with, serving goes on; the loss is counted and logged.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            foreach (var endpoint in requests.GroupBy(item => item.Endpoint.Name))
            {
                metrics.RequestsDropped(endpoint.Key, endpoint.Count());
                LogNotStored(logger, exception, endpoint.Count(), endpoint.Key);
            }
        }

        await PruneAsync(requests);

        foreach (var item in batch)
        {
            _bytes.Release(item.Bytes);
            item.Drained?.TrySetResult();
        }
    }

    private async Task PruneAsync(List<RequestLogItem> requests)
    {
        foreach (var item in requests)
        {
            _sincePrune[item.Endpoint.Name] = item.Endpoint;
        }

        _requestsSincePrune += requests.Count;
        if (_requestsSincePrune < PruneEvery)
        {
            return;
        }

        foreach (var endpoint in _sincePrune.Values)
        {
            var capture = endpoint.Capture ?? new CaptureSpec();
            try
            {
                await store.PruneAsync(endpoint.Name, capture.Keep, time.GetUtcNow().ToUnixTimeMilliseconds() - capture.RetentionMs);
            }
#pragma warning disable CA1031 // Whatever a store fails with, requests go on being stored; the next look, and the endpoint's own, try again.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                LogNotPruned(logger, exception, endpoint.Name);
            }
        }

        _requestsSincePrune = 0;
        _sincePrune.Clear();
    }

    private static RecordedRequest Record(RequestLogItem item) => new(
        item.Endpoint.Name,
        item.RequestId,
        item.CallerKey is { } key ? Unit(key) : null,
        item.Variant.Spec.Name,
        item.Variant.ModelVersion,
        item.Trial,
        item.Timestamp,
        item.Inputs,
        item.Outputs,
        item.TooLarge);

    /// <summary>Callers are told apart, not named.</summary>
    private static string Unit(string callerKey) => "caller:" + Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(callerKey)).AsSpan(0, 18));
}
