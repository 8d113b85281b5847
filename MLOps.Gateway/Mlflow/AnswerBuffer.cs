using System.Buffers;

namespace MLOps.Gateway.Mlflow;

/// <summary>An answer while it is written: pieces that are never copied when it grows. The first piece stays for the next answer.</summary>
internal sealed class AnswerBuffer : IBufferWriter<byte>
{
    private const int FirstPiece = 64 * 1024;
    private const int FurtherPiece = 512 * 1024;
    private readonly byte[] _first = GC.AllocateUninitializedArray<byte>(FirstPiece);
    private readonly List<(byte[] Bytes, int Used)> _full = [];
    private byte[] _bytes;
    private int _used;
    private long _fullBytes;

    public AnswerBuffer() => _bytes = _first;

    public long Length => _fullBytes + _used;

    /// <summary>Whether all of it lies in the first piece.</summary>
    public bool IsSmall => _full.Count == 0;

    /// <summary>The last piece; the whole answer when <see cref="IsSmall"/>.</summary>
    public ReadOnlyMemory<byte> Last => _bytes.AsMemory(0, _used);

    /// <summary>The pieces before the last.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> Full => _full.Select(piece => (ReadOnlyMemory<byte>)piece.Bytes.AsMemory(0, piece.Used));

    public void Advance(int count) => _used += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Ensure(sizeHint);
        return _bytes.AsMemory(_used);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Ensure(sizeHint);
        return _bytes.AsSpan(_used);
    }

    /// <summary>Empty, and what was rented is given back.</summary>
    public void Clear()
    {
        foreach (var (bytes, _) in _full)
        {
            Return(bytes);
        }

        Return(_bytes);
        _full.Clear();
        (_bytes, _used, _fullBytes) = (_first, 0, 0);
    }

    private void Ensure(int sizeHint)
    {
        if (_bytes.Length - _used >= Math.Max(sizeHint, 1))
        {
            return;
        }

        _full.Add((_bytes, _used));
        _fullBytes += _used;
        (_bytes, _used) = (ArrayPool<byte>.Shared.Rent(Math.Max(sizeHint, FurtherPiece)), 0);
    }

    private void Return(byte[] bytes)
    {
        if (bytes != _first)
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }
}
