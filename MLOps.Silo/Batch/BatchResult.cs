using System.Security.Cryptography;
using MLOps.Contracts.Batch;
using MLOps.Inference.Tabular;
using MLOps.Tracking;

namespace MLOps.Silo.Batch;

/// <summary>Puts a job's durable rows together: one row group a chunk, in order, one chunk in memory.</summary>
internal sealed class BatchResult(IArtifactResolver artifacts, BatchParts parts, BatchScratch scratch)
{
    /// <summary>Writes the result among the run's artifacts. Done again, it writes the same bytes.</summary>
    /// <returns>SHA-256 of the result in hex.</returns>
    public async Task<string> WriteAsync(string artifactUri, string jobId, IReadOnlyList<ColumnInfo> schema, IReadOnlyList<BatchPart> recorded, CancellationToken cancellationToken)
    {
        await using var content = scratch.Create();
        await using (var file = await ParquetTableWriter.CreateAsync(content, schema, cancellationToken))
        {
            for (var number = 0; number < recorded.Count; number++)
            {
                await file.WriteAsync(await parts.ReadAsync(jobId, number, recorded[number], cancellationToken), cancellationToken);
            }
        }

        content.Position = 0;
        var digest = Convert.ToHexStringLower(await SHA256.HashDataAsync(content, cancellationToken));
        content.Position = 0;
        var target = artifacts.Resolve(ArtifactUri.Append(artifactUri, BatchJobSnapshot.ResultFile));
        await target.Store.WriteAsync(target.Path, content, cancellationToken);
        return digest;
    }
}
