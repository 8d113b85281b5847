using System.Buffers;

namespace MLOps.Inference.Codecs;

/// <summary>A growing buffer from the shared pool with an upper limit: a request's body on its way in, an answer's on its way out.</summary>
public sealed class PooledBuffer(int limit) : IBufferWriter<byte>, IDisposable
{
    private const int FirstSize = 4096;

    private byte[] _buffer = [];

    public int Length { get; private set; }

    public ReadOnlyMemory<byte> Memory => _buffer.AsMemory(0, Length);

    /// <exception cref="InferenceException">TooLarge: over the limit.</exception>
    public void Advance(int count)
    {
        if (count > limit - Length)
        {
            throw InferenceException.TooLarge($"The body is over {limit} bytes.");
        }

        Length += count;
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Ensure(sizeHint);
        return _buffer.AsMemory(Length);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Ensure(sizeHint);
        return _buffer.AsSpan(Length);
    }

    /// <summary>Empties it and keeps its memory.</summary>
    public void Clear() => Length = 0;

    public void Dispose()
    {
        if (_buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = [];
            Length = 0;
        }
    }

    private void Ensure(int sizeHint)
    {
        if (_buffer.Length - Length >= Math.Max(1, sizeHint))
        {
            return;
        }

        var size = Math.Max(FirstSize, Math.Max((long)Length + Math.Max(1, sizeHint), Math.Min(2L * _buffer.Length, limit)));
        var bigger = ArrayPool<byte>.Shared.Rent((int)Math.Min(size, Array.MaxLength));
        Memory.CopyTo(bigger);
        if (_buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
        }

        _buffer = bigger;
    }
}
