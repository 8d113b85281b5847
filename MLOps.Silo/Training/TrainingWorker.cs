using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MLOps.Silo.Training;

/// <summary>Trains the queue's jobs, as many at a time as the options allow.</summary>
internal sealed partial class TrainingWorker(
    TrainingQueue queue,
    TrainingPipeline pipeline,
    IOptions<TrainingOptions> options,
    ILogger<TrainingWorker> logger) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(Enumerable.Range(0, options.Value.ConcurrentJobs).Select(_ => WorkAsync(stoppingToken)));

    private async Task WorkAsync(CancellationToken stoppingToken)
    {
        await foreach (var work in queue.TakeAsync(stoppingToken))
        {
            try
            {
                await pipeline.RunAsync(work, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                // The silo stops; its grains may be gone. The job stays Running in the store until a silo takes it up.
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

    [LoggerMessage(LogLevel.Information, "The silo stops while training job {JobId} runs; another silo, or the next start, takes it up at its last checkpoint")]
    private static partial void LogLeft(ILogger logger, string jobId);

    [LoggerMessage(LogLevel.Error, "The end of an attempt at training job {JobId} could not be reported; the job is taken up again")]
    private static partial void LogNotReported(ILogger logger, Exception exception, string jobId);
}
