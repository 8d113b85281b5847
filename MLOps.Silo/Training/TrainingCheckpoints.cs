using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using MLOps.Contracts.Problems;
using MLOps.Tracking;

namespace MLOps.Silo.Training;

/// <summary>The files of checkpoints. Each attempt writes beside those of the others, so that a trainer whose time is over cannot replace what its successor goes on from,
/// and each checkpoint beside those before it, also of the same step: a long epoch has several.</summary>
internal sealed partial class TrainingCheckpoints(IArtifactStore artifacts, ILogger<TrainingCheckpoints> logger)
{
    /// <returns>The checkpoint, to be recorded; its file is durable.</returns>
    public async Task<TrainingCheckpoint> WriteAsync(string jobId, int attempt, long step, byte[] content, CancellationToken cancellationToken, bool isEvaluation = false)
    {
        var checkpoint = new TrainingCheckpoint(attempt, step, Digest(content), isEvaluation);
        using var stream = new MemoryStream(content, writable: false);
        await artifacts.WriteAsync(PathOf(jobId, checkpoint), stream, cancellationToken);
        return checkpoint;
    }

    /// <returns>Null: the file is not the one that was recorded, and the job begins anew.</returns>
    public async Task<byte[]?> ReadAsync(string jobId, TrainingCheckpoint checkpoint, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream();
        try
        {
            await using var stored = await artifacts.OpenReadAsync(PathOf(jobId, checkpoint), cancellationToken);
            await stored.CopyToAsync(content, cancellationToken);
        }
        catch (MLOpsException exception) when (exception.Code == ProblemCode.NotFound)
        {
            // Somebody has deleted it: said below.
        }

        if (Digest(content.ToArray()) == checkpoint.Digest)
        {
            return content.ToArray();
        }

        LogChanged(logger, jobId, checkpoint.Step);
        return null;
    }

    public Task DeleteAsync(string jobId, TrainingCheckpoint checkpoint, CancellationToken cancellationToken) => artifacts.DeleteAsync(PathOf(jobId, checkpoint), cancellationToken);

    /// <summary>Deletes all of the job's.</summary>
    public Task DeleteAsync(string jobId) => artifacts.DeleteAsync($"training/jobs/{jobId}");

    private static string PathOf(string jobId, TrainingCheckpoint checkpoint) =>
        string.Create(CultureInfo.InvariantCulture, $"training/jobs/{jobId}/checkpoints/{checkpoint.Attempt:D4}-{checkpoint.Step:D10}-{checkpoint.Digest}");

    private static string Digest(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));

    [LoggerMessage(LogLevel.Warning, "The checkpoint of training job {JobId} at step {Step} is not the file that was recorded: the job begins anew")]
    private static partial void LogChanged(ILogger logger, string jobId, long step);
}
