using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MLOps.Silo.Batch;

/// <summary>Works on the queue's jobs, as many at a time as the options allow, each on a thread of its own.</summary>
internal sealed partial class BatchWorker(
    BatchQueue queue,
    BatchPipeline pipeline,
    IOptions<BatchOptions> options,
    ILogger<BatchWorker> logger) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(Enumerable.Range(0, options.Value.ConcurrentJobs).Select(_ => WorkAsync(stoppingToken)));

    private async Task WorkAsync(CancellationToken stoppingToken)
    {
        await foreach (var work in queue.TakeAsync(stoppingToken))
        {
            try
            {
                await BatchThread.RunAsync(() => pipeline.RunAsync(work, stoppingToken));
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                // The silo stops; its grains may be gone. The job stays Running in the store and the next start takes it up.
                LogLeft(logger, work.JobId);
                throw;
            }
#pragma warning disable CA1031 // The pipeline has failed even to report; the jobs behind it must still get their turn.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                LogNotReported(logger, exception, work.JobId);
            }
            finally
            {
                queue.Forget(work);
            }
        }
    }

    [LoggerMessage(LogLevel.Information, "The silo stops while batch job {JobId} is at work; the next start takes it up where it was")]
    private static partial void LogLeft(ILogger logger, string jobId);

    [LoggerMessage(LogLevel.Error, "The end of an attempt at batch job {JobId} could not be reported; the job is taken up again")]
    private static partial void LogNotReported(ILogger logger, Exception exception, string jobId);
}
