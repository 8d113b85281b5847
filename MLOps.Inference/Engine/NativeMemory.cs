using System.Buffers;
using Microsoft.ML.OnnxRuntime;

namespace MLOps.Inference.Engine;

/// <summary>The memory of an ONNX Runtime tensor as <see cref="Memory{T}"/>, so that outputs are read where they were made.</summary>
internal sealed class NativeMemory(OrtValue value) : MemoryManager<byte>
{
    public override Span<byte> GetSpan() => value.GetTensorMutableRawData();

    public override unsafe MemoryHandle Pin(int elementIndex = 0)
    {
        fixed (byte* start = GetSpan())
        {
            // Native memory does not move, so leaving the fixed block is safe.
            return new MemoryHandle(start + elementIndex);
        }
    }

    public override void Unpin()
    {
    }

    protected override void Dispose(bool disposing)
    {
    }
}
