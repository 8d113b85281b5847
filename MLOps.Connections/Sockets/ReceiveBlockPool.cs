using System.Buffers;
using System.Collections.Concurrent;

namespace MLOps.Connections.Sockets;

/// <summary>Blocks of one size, pinned because the system writes into them. After a burst the garbage collector takes back what is beyond <see cref="MaxIdle"/>.</summary>
internal sealed class ReceiveBlockPool : MemoryPool<byte>
{
    public const int BlockSize = 32 << 10;

    /// <summary>16 MiB: as many connections can receive at once without an allocation.</summary>
    public const int MaxIdle = 512;

    private readonly ConcurrentQueue<Block> _idle = new();
    private int _count;
    private volatile bool _disposed;

    /// <summary>Blocks that wait for their next use.</summary>
    public int Idle => Volatile.Read(ref _count);

    public override int MaxBufferSize => BlockSize;

    /// <exception cref="ArgumentOutOfRangeException">More than a block is asked for.</exception>
    public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minBufferSize, BlockSize);
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (!_idle.TryDequeue(out var block))
        {
            return new Block(this);
        }

        Interlocked.Decrement(ref _count);
        block.Rent();
        return block;
    }

    protected override void Dispose(bool disposing)
    {
        _disposed = true;
        _idle.Clear();
    }

    private void Return(Block block)
    {
        if (_disposed)
        {
            return;
        }

        if (Interlocked.Increment(ref _count) > MaxIdle)
        {
            Interlocked.Decrement(ref _count);
            return;
        }

        _idle.Enqueue(block);
    }

    private sealed class Block(ReceiveBlockPool pool) : IMemoryOwner<byte>
    {
        private int _rented = 1;

        public Memory<byte> Memory { get; } = GC.AllocateUninitializedArray<byte>(BlockSize, pinned: true);

        public void Rent() => Volatile.Write(ref _rented, 1);

        // Twice returned it would be lent to two connections, one of which would read the other's bytes.
        public void Dispose()
        {
            if (Interlocked.Exchange(ref _rented, 0) == 1)
            {
                pool.Return(this);
            }
        }
    }
}
