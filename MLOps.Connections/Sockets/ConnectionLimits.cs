using System.Buffers;
using System.IO.Pipelines;

namespace MLOps.Connections.Sockets;

/// <summary>How much a connection keeps of what its reader has not read, and of what the other side has not taken.</summary>
/// <param name="MaxInput">Bytes; 0: no limit.</param>
/// <param name="MaxOutput">Bytes; 0: no limit.</param>
internal sealed record ConnectionLimits(long MaxInput, long MaxOutput)
{
    public PipeOptions Input(MemoryPool<byte> memory) =>
        new(memory, ReceivingThread.Scheduler, PipeScheduler.Inline, MaxInput, MaxInput / 2, useSynchronizationContext: false);

    /// <summary>Whoever flushes sends. A writer that had to wait goes on elsewhere than on the thread that has just sent for it, and may have more to send.</summary>
    public PipeOptions Output(MemoryPool<byte> memory) =>
        new(memory, PipeScheduler.Inline, PipeScheduler.ThreadPool, MaxOutput, MaxOutput / 2, useSynchronizationContext: false);
}
