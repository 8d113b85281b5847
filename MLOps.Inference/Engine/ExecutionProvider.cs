namespace MLOps.Inference.Engine;

/// <summary>What runs a model's operators.</summary>
public enum ExecutionProvider
{
    Cpu = 0,

    /// <summary>NVIDIA GPUs. Needs a build with <c>-p:OnnxRuntime=Gpu</c>.</summary>
    Cuda,

    /// <summary>NVIDIA's TensorRT, and CUDA for what it cannot run. Needs a build with <c>-p:OnnxRuntime=Gpu</c>.</summary>
    TensorRt,
}
