using Microsoft.ML.OnnxRuntime;
using MLOps.Inference.Tensors;

namespace MLOps.Inference.Engine;

/// <summary>Outputs of one inference. Their memory belongs to ONNX Runtime until <see cref="Dispose"/>.</summary>
public sealed class InferenceResult : IDisposable
{
    private readonly IDisposableReadOnlyCollection<OrtValue>? _values;

    internal InferenceResult(IReadOnlyList<Tensor> outputs, int version, IDisposableReadOnlyCollection<OrtValue> values)
        : this(outputs, version) => _values = values;

    /// <summary>A result that came from another process.</summary>
    public InferenceResult(IReadOnlyList<Tensor> outputs, int version)
    {
        Outputs = outputs;
        Version = version;
    }

    public IReadOnlyList<Tensor> Outputs { get; }

    /// <summary><see cref="SessionSettings.Version"/> of the model that answered.</summary>
    public int Version { get; }

    public void Dispose() => _values?.Dispose();
}
