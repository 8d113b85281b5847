using System.Buffers;
using System.IO.Pipelines;

namespace MLOps.Gateway.Hosting.Connections;

/// <summary>How much a connection keeps of what the server has not read, and of what the other side has not taken.</summary>
/// <param name="MaxInput">Bytes; 0: no limit.</param>
/// <param name="MaxOutput">Bytes; 0: no limit.</param>
internal sealed record ConnectionLimits(long MaxInput, long MaxOutput)
{
    public PipeOptions Input(MemoryPool<byte> memory) => Inline(memory, MaxInput);

    public PipeOptions Output(MemoryPool<byte> memory) => Inline(memory, MaxOutput);

    private static PipeOptions Inline(MemoryPool<byte> memory, long most) =>
        new(memory, PipeScheduler.Inline, PipeScheduler.Inline, most, most / 2, useSynchronizationContext: false);
}
