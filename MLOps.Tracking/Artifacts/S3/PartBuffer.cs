using System.Buffers;

namespace MLOps.Tracking.Artifacts.S3;

/// <summary>One part of an upload in memory; as large as what was read, not as a part may be.</summary>
internal sealed class PartBuffer : IDisposable
{
    private const int FirstSize = 64 * 1024;
    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(FirstSize);

    private PartBuffer()
    {
    }

    public int Length { get; private set; }

    /// <summary>Reads up to so many bytes; fewer when the content ends.</summary>
    public static async Task<PartBuffer> ReadAsync(Stream content, int limit, CancellationToken cancellationToken)
    {
        var part = new PartBuffer();
        try
        {
            while (part.Length < limit)
            {
                part.Grow(limit);
                var read = await content.ReadAsync(part._bytes.AsMemory(part.Length, Math.Min(part._bytes.Length, limit) - part.Length), cancellationToken);
                if (read == 0)
                {
                    break;
                }

                part.Length += read;
            }

            return part;
        }
        catch
        {
            part.Dispose();
            throw;
        }
    }

    public MemoryStream ToStream() => new(_bytes, 0, Length, writable: false);

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
    }

    private void Grow(int limit)
    {
        if (Length < _bytes.Length)
        {
            return;
        }

        var larger = ArrayPool<byte>.Shared.Rent(Math.Min(_bytes.Length * 2, limit));
        _bytes.AsSpan(0, Length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = larger;
    }
}
