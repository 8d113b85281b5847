using System.Security.Cryptography;
using MLOps.Inference.Tabular;

namespace MLOps.Gateway.Batch;

/// <summary>Passes a body through and notes its length, its digest and how it begins.</summary>
internal sealed class MeasuredStream(Stream body) : Stream
{
    private const int DigestLength = 16;

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] _start = new byte[4];

    public long BytesRead { get; private set; }

    public bool IsParquet => BytesRead >= _start.Length && TableReader.IsParquet(_start);

    public bool IsJsonLines => TableReader.IsJsonLines(_start);

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => BytesRead;
        set => throw new NotSupportedException();
    }

    /// <summary>First 16 hex digits of the SHA-256 of what was read.</summary>
    public string Digest() => Convert.ToHexStringLower(_hash.GetCurrentHash())[..DigestLength];

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await body.ReadAsync(buffer, cancellationToken);
        Note(buffer.Span[..read]);
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Bodies are read asynchronously.");

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
            _hash.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Note(ReadOnlySpan<byte> read)
    {
        for (var i = 0; i < read.Length && BytesRead + i < _start.Length; i++)
        {
            _start[BytesRead + i] = read[i];
        }

        _hash.AppendData(read);
        BytesRead += read.Length;
    }
}
