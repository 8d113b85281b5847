using System.Buffers;

namespace MLOps.Inference.Codecs;

/// <summary>Elements on their way into a pooled buffer that grows with what was really sent, never with what a shape claims.</summary>
internal struct PooledWriter(int limit) : IDisposable
{
    private byte[]? _buffer;

    public int Length { get; private set; }

    public Span<byte> Take(int size)
    {
        if (size > limit - Length)
        {
            throw InferenceException.TooLarge($"The tensors expand past {limit} bytes.");
        }

        if (_buffer is null || _buffer.Length - Length < size)
        {
            Grow(size);
        }

        var taken = _buffer.AsSpan(Length, size);
        Length += size;
        return taken;
    }

    /// <summary>Room for at least this many bytes, all that there is; <see cref="Advance"/> says how many of them were written.</summary>
    public Span<byte> Room(int size)
    {
        Take(size);
        Length -= size;
        return _buffer.AsSpan(Length, Math.Min(_buffer!.Length, limit) - Length);
    }

    public void Advance(int size) => Length += size;

    /// <summary>Hands the buffer over: the caller now gives it back to the pool.</summary>
    public byte[] Detach()
    {
        var buffer = _buffer ?? ArrayPool<byte>.Shared.Rent(1);
        _buffer = null;
        return buffer;
    }

    public void Reserve(int size)
    {
        if (_buffer is null && size > 0)
        {
            _buffer = ArrayPool<byte>.Shared.Rent(Math.Min(size, limit));
        }
    }

    public void Dispose()
    {
        if (_buffer is not null)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = null;
        }
    }

    private void Grow(int size)
    {
        var wanted = Math.Max(256, Math.Max((long)Length + size, Math.Min(2L * Length, limit)));
        var bigger = ArrayPool<byte>.Shared.Rent((int)Math.Min(wanted, Array.MaxLength));
        if (_buffer is not null)
        {
            _buffer.AsSpan(0, Length).CopyTo(bigger);
            ArrayPool<byte>.Shared.Return(_buffer);
        }

        _buffer = bigger;
    }
}
