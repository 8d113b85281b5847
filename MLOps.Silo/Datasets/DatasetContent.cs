using MLOps.Silo.Batch;
using MLOps.Tracking;

namespace MLOps.Silo.Datasets;

/// <summary>Opens a dataset's file so that it can be sought in, which not every store can: then it is copied to the local disk.</summary>
internal sealed class DatasetContent(IArtifactStore artifacts, BatchScratch scratch)
{
    /// <param name="source">Artifact URI.</param>
    /// <returns>At its beginning.</returns>
    public async Task<Stream> OpenAsync(string source, CancellationToken cancellationToken)
    {
        var stored = await artifacts.OpenReadAsync(ArtifactUri.ToStorePath(source), cancellationToken);
        if (stored.CanSeek)
        {
            return stored;
        }

        await using (stored)
        {
            var copy = scratch.Create();
            try
            {
                await stored.CopyToAsync(copy, cancellationToken);
                copy.Position = 0;
                return copy;
            }
            catch
            {
                await copy.DisposeAsync();
                throw;
            }
        }
    }
}
