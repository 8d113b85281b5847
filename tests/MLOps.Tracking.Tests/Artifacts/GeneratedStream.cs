namespace MLOps.Tracking.Tests.Artifacts;

/// <summary>So many bytes that do not repeat soon, made as they are read, as from a client whose length is not known.</summary>
internal sealed class GeneratedStream(long length) : Stream
{
    private long _given;

    /// <summary>After so many bytes <see cref="Then"/> happens, once.</summary>
    public long? At { get; init; }

    public Action? Then { get; init; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        var before = _given;
        var count = (int)Math.Min(Math.Min(buffer.Length, 4096), length - _given);
        for (var i = 0; i < count; i++)
        {
            buffer[i] = (byte)((_given + i) ^ ((_given + i) >> 8) ^ ((_given + i) >> 16));
        }

        _given += count;
        if (At is { } at && before < at && _given >= at)
        {
            Then?.Invoke();
        }

        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Read(buffer.Span));
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
