using MLOps.Inference.Engine;

namespace MLOps.Inference.Batching;

/// <summary>One answer's memory for several readers: the last to dispose it gives it back.</summary>
internal sealed class SharedMemory(InferenceResult result, int readers) : IDisposable
{
    private int _readers = readers;

    public void Dispose()
    {
        if (Interlocked.Decrement(ref _readers) == 0)
        {
            result.Dispose();
        }
    }
}
