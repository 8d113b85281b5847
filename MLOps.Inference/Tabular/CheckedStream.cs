namespace MLOps.Inference.Tabular;

/// <summary>A Parquet file for a library that follows what the file says: it gets the bytes that were checked, and no others.</summary>
/// <param name="content">Seekable; it stays the caller's.</param>
internal sealed class CheckedStream(Stream content) : Stream
{
    private long _start;
    private long _end = long.MaxValue;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => content.Length;

    public override long Position
    {
        get => content.Position;
        set => content.Position = value;
    }

    /// <summary>From now on only these bytes may be read.</summary>
    public void Allow(long start, long end) => (_start, _end) = (start, end);

    public override int Read(Span<byte> buffer) => content.Read(buffer[..Allowed(buffer.Length)]);

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int ReadByte()
    {
        Span<byte> one = stackalloc byte[1];
        return Read(one) == 0 ? -1 : one[0];
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        content.ReadAsync(buffer[..Allowed(buffer.Length)], cancellationToken);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override long Seek(long offset, SeekOrigin origin) => content.Seek(offset, origin);

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <exception cref="InferenceException">InvalidRequest: none. An end of the file instead could be waited for without end.</exception>
    private int Allowed(int wanted)
    {
        var position = content.Position;
        return wanted == 0 ? 0
            : position >= _start && position < _end ? (int)Math.Min(wanted, _end - position)
            : throw ParquetCheck.Unreadable("its pages end before its rows do");
    }
}
