using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using MLOps.Contracts.Batch;
using MLOps.Contracts.Problems;
using MLOps.Inference;
using MLOps.Inference.Tabular;
using MLOps.Silo.Endpoints;
using MLOps.Silo.Jobs;
using MLOps.Tracking;

namespace MLOps.Silo.Batch;

/// <summary>One attempt at a job: from the first row that is not durable to the result. A chunk's file is written before the chunk is recorded,
/// and a chunk is computed unless it is recorded: whenever the process ends, no row is lost and none is there twice.</summary>
internal sealed partial class BatchPipeline(
    IGrainFactory grains,
    IArtifactResolver artifacts,
    ModelFiles models,
    BatchRun runs,
    BatchParts parts,
    BatchResult results,
    BatchScratch scratch,
    BatchInstruments instruments,
    BatchQueue queue,
    TimeProvider time,
    ILogger<BatchPipeline> logger)
{
    /// <summary>Most chunks of one job: the grain's state names each, and is written whole with each.</summary>
    private const int MaximumParts = 5_000;

    /// <exception cref="OperationCanceledException">The silo stops. Every other end of the attempt is reported to the job's grain.</exception>
    public async Task RunAsync(JobWork work, CancellationToken siloStops)
    {
        var owner = grains.GetGrain<IBatchJobOwnerGrain>(work.JobId);
        if (work.Interrupted.IsCancellationRequested
            || await owner.BeginAsync(Guid.NewGuid().ToString("N"), queue.Silo) is not { } attempt)
        {
            return;
        }

        instruments.OnBegin();
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(work.Interrupted, siloStops);
        try
        {
            LogBegun(logger, work.JobId, attempt.Job.RowsDone + 1, attempt.Number);
            var digest = await WorkAsync(attempt, owner, cancel);
            await owner.CompleteAsync(attempt.Number, digest);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            siloStops.ThrowIfCancellationRequested();
            await owner.LeftAsync(attempt.Number);
        }
        catch (Exception exception) when (JobFault.IsTransient(exception))
        {
            LogSetBack(logger, exception, work.JobId);
            await owner.SetBackAsync(attempt.Number, exception.Message);
        }
#pragma warning disable CA1031 // Whatever ends a job, the job and its run must say so; the exception is logged whole.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogFailed(logger, exception, work.JobId);
            await owner.FailAsync(attempt.Number, MessageOf(exception));
        }
        finally
        {
            instruments.OnEnd();
        }
    }

    private static string MessageOf(Exception exception) => exception is InferenceException or MLOpsException
        ? exception.Message
        : JobFault.Unexpected(exception, "the job");

    private async Task<string> WorkAsync(BatchAttempt attempt, IBatchJobOwnerGrain owner, CancellationTokenSource cancel)
    {
        var job = attempt.Job;
        var run = await runs.OpenAsync(attempt, owner, cancel.Token);
        await using var input = await BatchInput.OpenAsync(artifacts, scratch, attempt.Plan.InputSource, job.InputDigest, cancel.Token);
        var bytes = await models.ReadModelAsync(attempt.Plan.ModelSource, cancel.Token);
        var modelDigest = Convert.ToHexStringLower(SHA256.HashData(bytes));
        if (attempt.Plan.ModelDigest is { } known && known != modelDigest)
        {
            throw new MLOpsException(ProblemCode.InvalidState, $"The files of {job.ModelName} version {job.ModelVersion} have changed since the job was started. Rows of two models are not mixed: start another job.");
        }

        var schema = await models.ReadSchemaAsync(attempt.Plan.ModelSource, cancel.Token);
        var rows = job.Rows ?? await CountAsync(input, job.Spec.ChunkRows, cancel.Token);
        await using var table = await input.ReadAsync(cancel.Token);
        using var model = BatchModel.Load(bytes, schema, job.ModelVersion, job.Spec, table.Columns);
        await GoOnIfAsync(owner.PreparedAsync(attempt.Number, rows, modelDigest), cancel);

        table.Select([.. model.Selected]);
        var recorded = attempt.Parts.ToList();
        await table.SkipAsync(job.RowsDone, cancel.Token);
        while (await NextAsync(table, model, job, recorded.Count, cancel.Token) is { } part)
        {
            await GoOnIfAsync(owner.RecordAsync(attempt.Number, part), cancel);
            recorded.Add(part);
            instruments.OnChunk(job.ModelName, job.ModelVersion, part);
        }

        var digest = await results.WriteAsync(run.ArtifactUri, job.JobId, model.Schema, recorded, cancel.Token);
        await runs.LogResultAsync(run.RunId, recorded, digest);
        return digest;
    }

    /// <summary>Reads, computes and writes the next chunk.</summary>
    /// <returns>Null: there are no more rows.</returns>
    private async Task<BatchPart?> NextAsync(ITableReader table, BatchModel model, BatchJobSnapshot job, int number, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        if (await table.ReadAsync(job.Spec.ChunkRows, cancellationToken) is not { } chunk)
        {
            return null;
        }

        var computed = model.Compute(chunk, cancellationToken);
        var digest = await parts.WriteAsync(job.JobId, number, model.Schema, computed.Columns, cancellationToken);
        return new BatchPart(chunk.FirstRow, chunk.Rows, computed.Failed, digest, time.GetElapsedTime(start).TotalMilliseconds, time.GetUtcNow().ToUnixTimeMilliseconds());
    }

    /// <summary>Reads the input through once, so that a file that breaks off in its last line fails before an hour of work and not after it.</summary>
    private static async Task<long> CountAsync(BatchInput input, int chunkRows, CancellationToken cancellationToken)
    {
        await using var table = await input.ReadAsync(cancellationToken);
        var rows = await table.SkipAsync(long.MaxValue, cancellationToken);
        if (rows == 0)
        {
            throw new MLOpsException(ProblemCode.InvalidArgument, "The input has no rows: expected at least one.");
        }

        var least = (rows + MaximumParts - 1) / MaximumParts;
        return chunkRows >= least
            ? rows
            : throw new MLOpsException(ProblemCode.InvalidArgument, $"The input has {rows} rows, over {MaximumParts} chunks of {chunkRows}: start the job with chunk_rows of at least {least}.");
    }

    private static async Task GoOnIfAsync(Task<bool> answer, CancellationTokenSource cancel)
    {
        if (!await answer)
        {
            await cancel.CancelAsync();
            cancel.Token.ThrowIfCancellationRequested();
        }
    }
}
