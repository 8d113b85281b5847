using System.Buffers;
using Microsoft.AspNetCore.Connections;

namespace MLOps.Connections.Sockets;

/// <summary>The server's own blocks have 4 KiB, and each costs a receive, a wait for the next and a wake-up of who reads the body: 22 times for the 90 KB of a
/// window of features in JSON. In these it is three times. A connection that is silent holds none, as before.</summary>
public sealed class ReceiveBlockFactory : IMemoryPoolFactory<byte>
{
    public MemoryPool<byte> Create(MemoryPoolOptions? options = null) => new ReceiveBlockPool();
}
