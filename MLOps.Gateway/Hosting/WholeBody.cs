using System.IO.Pipelines;

namespace MLOps.Gateway.Hosting;

/// <summary>Bodies of known length, read in one piece.</summary>
internal static class WholeBody
{
    /// <summary>Waits until all of the body is there. Its reader is advanced by the caller.</summary>
    /// <param name="length">The request's Content-Length.</param>
    public static async ValueTask<ReadResult> ReadWholeAsync(this PipeReader body, int length, CancellationToken cancellationToken)
    {
        var read = await body.ReadAtLeastAsync(length, cancellationToken);
        while (read.Buffer.Length < length && !read.IsCompleted)
        {
            // The server, which is told to stop, wakes up whoever reads. A request that it has begun it ends, and half a body would be taken for a whole one.
            // Not by ReadAtLeastAsync: woken up once, a Pipe's reader was seen not to wake up for the rest.
            body.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            read = await body.ReadAsync(cancellationToken);
        }

        return read;
    }
}
