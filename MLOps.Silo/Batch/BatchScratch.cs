using Microsoft.Extensions.Options;

namespace MLOps.Silo.Batch;

/// <summary>Files on the local disk that a worker needs while it works.</summary>
internal sealed class BatchScratch(IOptions<BatchOptions> options)
{
    private const int BufferSize = 128 * 1024;

    /// <summary>An empty file that can be read, written and sought in, and is gone when it is closed or the process ends.</summary>
    public FileStream Create()
    {
        var path = Path.Combine(options.Value.ScratchDirectory ?? Path.GetTempPath(), $"mlops-batch-{Guid.NewGuid():N}");
        var file = new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Delete, BufferSize, FileOptions.DeleteOnClose);
        if (!OperatingSystem.IsWindows())
        {
            // The name goes at once, so that nothing is left of a process that is killed.
            File.Delete(path);
        }

        return file;
    }
}
