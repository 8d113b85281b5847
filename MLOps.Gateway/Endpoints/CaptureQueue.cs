using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using MLOps.Contracts.Endpoints;
using MLOps.Contracts.Monitoring;
using MLOps.Inference.Tensors;

namespace MLOps.Gateway.Endpoints;

/// <summary>Takes the monitored elements of requests to the endpoints' monitors, never on the caller's time:
/// the caller copies a few numbers, one pump sends them in order, and when it cannot keep up, observations are dropped and counted.</summary>
internal sealed partial class CaptureQueue : BackgroundService
{
    private const int Capacity = 16_384;
    private const int MaxBatch = 1024;
    private const int MaxRowsPerRequest = 4096;

    private readonly Channel<CaptureItem> _items = Channel.CreateBounded<CaptureItem>(
        new BoundedChannelOptions(Capacity) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    private readonly IGrainFactory _grains;
    private readonly ServingMetrics _metrics;
    private readonly ILogger<CaptureQueue> _logger;

    public CaptureQueue(IGrainFactory grains, ServingMetrics metrics, ILogger<CaptureQueue> logger)
    {
        _grains = grains;
        _metrics = metrics;
        _logger = logger;
    }

    /// <summary>Completes when everything captured before the call has been given to the monitors.</summary>
    public async Task DrainAsync(CancellationToken cancellationToken = default)
    {
        var drained = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await _items.Writer.WriteAsync(new CaptureItem("", [], drained), cancellationToken);
        await drained.Task.WaitAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        // What was captured is still sent: the silo stops after its gateway.
        _items.Writer.TryComplete();
        if (ExecuteTask is { } pump)
        {
            await pump.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await base.StopAsync(cancellationToken);
    }

    /// <summary>Copies the monitored elements; the tensors may go when it returns.</summary>
    public void Offer(EndpointSnapshot endpoint, VariantState variant, PredictionRequest request)
    {
        var rows = MonitoredRows.Read(endpoint.Monitored, variant.Signature!, request, MaxRowsPerRequest, out var unreadable);
        if (unreadable > 0)
        {
            _metrics.CaptureDropped(endpoint.Name, unreadable);
        }

        if (rows.Length > 0 && !_items.Writer.TryWrite(new CaptureItem(endpoint.Name, rows, null)))
        {
            _metrics.CaptureDropped(endpoint.Name, rows.Length);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var batch = new List<ObservedInput>();
        var endpoint = "";
        await foreach (var item in _items.Reader.ReadAllAsync(CancellationToken.None))
        {
            if (item.Drained is null)
            {
                if (item.Endpoint != endpoint)
                {
                    await SendAsync(endpoint, batch);
                    endpoint = item.Endpoint;
                }

                batch.AddRange(item.Observations);
            }

            // Send when the batch is full or nothing more waits: never wait for more.
            if (batch.Count >= MaxBatch || item.Drained is not null || !_items.Reader.TryPeek(out _))
            {
                await SendAsync(endpoint, batch);
            }

            item.Drained?.TrySetResult();
        }
    }

    private async Task SendAsync(string endpoint, List<ObservedInput> batch)
    {
        if (batch.Count == 0)
        {
            return;
        }

        try
        {
            await _grains.GetGrain<IMonitorGrain>(endpoint).ObserveAsync(batch.ToArray());
        }
#pragma warning disable CA1031 // Whatever a monitor fails with, serving and the other endpoints' monitoring go on; the loss is counted and logged.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _metrics.CaptureDropped(endpoint, batch.Count);
            LogNotSent(_logger, exception, batch.Count, endpoint);
        }

        batch.Clear();
    }
}
