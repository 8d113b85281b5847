using System.Globalization;
using System.Security.Cryptography;
using MLOps.Contracts.Problems;
using MLOps.Inference.Tabular;
using MLOps.Tracking;

namespace MLOps.Silo.Batch;

/// <summary>The files of a job's durable rows: one Parquet file a chunk, at a path that only the job and the chunk's number make up,
/// so that a chunk computed again replaces its file with the same bytes.</summary>
internal sealed class BatchParts(IArtifactStore artifacts)
{
    /// <returns>SHA-256 of the file in hex; the file is durable.</returns>
    public async Task<string> WriteAsync(string jobId, int number, IReadOnlyList<ColumnInfo> schema, IReadOnlyList<TableColumn> columns, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream();
        await using (var file = await ParquetTableWriter.CreateAsync(content, schema, cancellationToken))
        {
            await file.WriteAsync(columns, cancellationToken);
        }

        var digest = Digest(content);
        await artifacts.WriteAsync(PathOf(jobId, number), content, cancellationToken);
        return digest;
    }

    /// <summary>The columns of a chunk, when the file is still the one that was recorded.</summary>
    /// <exception cref="MLOpsException">InvalidState: it is not.</exception>
    public async Task<IReadOnlyList<TableColumn>> ReadAsync(string jobId, int number, BatchPart part, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream();
        await using (var stored = await OpenAsync(jobId, number, cancellationToken))
        {
            await stored.CopyToAsync(content, cancellationToken);
        }

        if (Digest(content) != part.Digest)
        {
            throw Changed(jobId, number);
        }

        await using var table = await TableReader.OpenAsync(content, cancellationToken);
        return (await table.ReadAsync(part.Rows, cancellationToken))!.Columns;
    }

    public Task DeleteAsync(string jobId) => artifacts.DeleteAsync($"batch/jobs/{jobId}");

    private async Task<Stream> OpenAsync(string jobId, int number, CancellationToken cancellationToken)
    {
        try
        {
            return await artifacts.OpenReadAsync(PathOf(jobId, number), cancellationToken);
        }
        catch (MLOpsException exception) when (exception.Code == ProblemCode.NotFound)
        {
            throw Changed(jobId, number);
        }
    }

    private static string PathOf(string jobId, int number) => string.Create(CultureInfo.InvariantCulture, $"batch/jobs/{jobId}/parts/{number:D8}.parquet");

    /// <summary>Leaves the stream at its start.</summary>
    private static string Digest(MemoryStream content)
    {
        content.Position = 0;
        return Convert.ToHexStringLower(SHA256.HashData(content.GetBuffer().AsSpan(0, (int)content.Length)));
    }

    private static MLOpsException Changed(string jobId, int number) =>
        new(ProblemCode.InvalidState, $"The finished rows at {PathOf(jobId, number)} are not those that the job has recorded: somebody has changed or deleted the file. Start the job again.");
}
