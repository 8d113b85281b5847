namespace MLOps.Tracking.Rest;

/// <summary>The body of an answer: its length is known, a transfer that stands still ends, and what goes wrong is a problem of the upstream.</summary>
/// <param name="client">For its time limit and its words.</param>
/// <param name="path">What is downloaded.</param>
/// <param name="answer">Owned: disposed with this stream.</param>
/// <param name="body">The body of <paramref name="answer"/>.</param>
internal sealed class DownloadStream(UpstreamClient client, string path, HttpResponseMessage answer, Stream body) : Stream
{
    private long _position;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => answer.Content.Headers.ContentLength ?? throw new NotSupportedException("The upstream did not say how long the file is.");

    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        using var stall = new CancellationTokenSource(client.TransferTimeout, client.Clock);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(stall.Token, cancellationToken);
        try
        {
            var read = await body.ReadAsync(buffer, linked.Token);
            _position += read;
            return read;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested
            && client.Explain(exception, path, stall.IsCancellationRequested) is { } problem)
        {
            throw problem;
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            body.Dispose();
            answer.Dispose();
        }

        base.Dispose(disposing);
    }
}
