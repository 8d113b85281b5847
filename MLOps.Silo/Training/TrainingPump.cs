using System.Threading.Channels;
using MLOps.Contracts.Runs;
using MLOps.Models.Catalog;

namespace MLOps.Silo.Training;

/// <summary>Takes what the training thread reports and passes it on in order: metrics to the run, the newest progress to the job.
/// The training thread never waits; while one batch is written, the next gathers.</summary>
internal sealed class TrainingPump(IRunGrain run, ITrainingJobOwnerGrain job, TimeProvider time, CancellationTokenSource cancel) : ITrainingObserver
{
    /// <summary>Most metrics of one batch, MLflow's limit.</summary>
    private const int MaximumBatch = 1000;

    private readonly Channel<Report> _reports = Channel.CreateUnbounded<Report>(new UnboundedChannelOptions { SingleReader = true });

    /// <summary>The largest step so far.</summary>
    public long LastStep { get; private set; }

    public void OnMetrics(long step, IReadOnlyList<KeyValuePair<string, double>> metrics)
    {
        LastStep = Math.Max(LastStep, step);
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        foreach (var (key, value) in metrics)
        {
            _reports.Writer.TryWrite(new Report(new Metric(key, value, now, step), null));
        }
    }

    public void OnProgress(double fraction, string message) => _reports.Writer.TryWrite(new Report(null, (fraction, message)));

    /// <summary>No more will be reported.</summary>
    public void Complete() => _reports.Writer.TryComplete();

    /// <summary>Passes reports on until <see cref="Complete"/>. A failed write, or a stop that the job was asked for, cancels the training.</summary>
    public async Task RunAsync()
    {
        try
        {
            while (await _reports.Reader.WaitToReadAsync())
            {
                await PassOnAsync();
            }
        }
        catch
        {
            await cancel.CancelAsync();
            throw;
        }
    }

    private async Task PassOnAsync()
    {
        var metrics = new List<Metric>();
        (double Fraction, string Message)? progress = null;
        while (metrics.Count < MaximumBatch && _reports.Reader.TryRead(out var report))
        {
            if (report.Metric is { } metric)
            {
                metrics.Add(metric);
            }

            progress = report.Progress ?? progress;
        }

        if (metrics.Count > 0)
        {
            await run.LogBatchAsync(new LogBatch(metrics, [], []));
        }

        if (progress is var (fraction, message) && !await job.ReportProgressAsync(fraction, message))
        {
            await cancel.CancelAsync();
        }
    }

    private readonly record struct Report(Metric? Metric, (double Fraction, string Message)? Progress);
}
