using System.Threading.Channels;
using MLOps.Contracts.Runs;

namespace MLOps.Silo.Tests.Runs;

/// <summary>Keeps what it is told until the test asks.</summary>
internal sealed class RecordingRunObserver : IRunObserver
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly Channel<IReadOnlyList<Metric>> _metrics = Channel.CreateUnbounded<IReadOnlyList<Metric>>();
    private readonly Channel<RunInfo> _updates = Channel.CreateUnbounded<RunInfo>();

    public Task OnMetricsAsync(IReadOnlyList<Metric> metrics) => _metrics.Writer.WriteAsync(metrics).AsTask();

    public Task OnUpdatedAsync(RunInfo info) => _updates.Writer.WriteAsync(info).AsTask();

    public Task<IReadOnlyList<Metric>> NextMetricsAsync(CancellationToken cancellationToken) => NextAsync(_metrics.Reader, "metrics", cancellationToken);

    public Task<RunInfo> NextUpdateAsync(CancellationToken cancellationToken) => NextAsync(_updates.Reader, "a change of the run", cancellationToken);

    private static async Task<T> NextAsync<T>(ChannelReader<T> reader, string what, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            return await reader.ReadAsync(patience.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"The observer was not told of {what} within {Patience.TotalSeconds} s.");
        }
    }
}
