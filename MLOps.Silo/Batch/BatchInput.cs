using System.Security.Cryptography;
using MLOps.Contracts.Problems;
using MLOps.Inference.Tabular;
using MLOps.Tracking;

namespace MLOps.Silo.Batch;

/// <summary>A job's input as a file of the local disk: stores need not be able to seek, and what has been checked cannot change any more.</summary>
internal sealed class BatchInput(FileStream content) : IAsyncDisposable
{
    private const int DigestLength = 16;

    /// <summary>Copies the input and compares its digest with the one that was fixed when the job was started.</summary>
    /// <exception cref="MLOpsException">InvalidState: it is another one. NotFound: it is gone.</exception>
    public static async Task<BatchInput> OpenAsync(IArtifactResolver artifacts, BatchScratch scratch, string source, string digest, CancellationToken cancellationToken)
    {
        var content = scratch.Create();
        try
        {
            var location = artifacts.Resolve(source);
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            await using (var stored = await location.Store.OpenReadAsync(location.Path, cancellationToken))
            {
                var buffer = new byte[1 << 17];
                int read;
                while ((read = await stored.ReadAsync(buffer, cancellationToken)) > 0)
                {
                    hash.AppendData(buffer, 0, read);
                    await content.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
                }
            }

            var found = Convert.ToHexStringLower(hash.GetHashAndReset())[..DigestLength];
            return found == digest
                ? new BatchInput(content)
                : throw new MLOpsException(ProblemCode.InvalidState, $"The input at {source} has changed: its digest is {found}, and was {digest} when the job was started. Rows of two inputs are not mixed: start another job.");
        }
        catch
        {
            await content.DisposeAsync();
            throw;
        }
    }

    /// <summary>Reads from the first row on. One reader at a time.</summary>
    public Task<ITableReader> ReadAsync(CancellationToken cancellationToken) => TableReader.OpenAsync(content, cancellationToken);

    public ValueTask DisposeAsync() => content.DisposeAsync();
}
