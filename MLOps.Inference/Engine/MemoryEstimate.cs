namespace MLOps.Inference.Engine;

/// <summary>What a loaded model is counted as. An estimate from the file's size, because ONNX Runtime says nothing of its memory:
/// weights are held once as they are and once packed for the matrix kernels, and a session has its own tables.
/// Activations are not in it: they come and go with the requests.</summary>
public static class MemoryEstimate
{
    private const long Session = 1L << 20;
    private const int Copies = 2;

    public static long Of(long modelBytes) => (Copies * modelBytes) + Session;
}
