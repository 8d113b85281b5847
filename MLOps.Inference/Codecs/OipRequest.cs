using MLOps.Inference.Tensors;

namespace MLOps.Inference.Codecs;

/// <summary>A decoded inference request. Its tensors may lie in pooled memory: dispose it after the inference.</summary>
public sealed class OipRequest : IDisposable
{
    private readonly List<Tensor> _inputs = [];

    /// <summary>The model asked for, where the message says it (gRPC); null: the path does.</summary>
    public string? ModelName { get; internal set; }

    /// <summary>The version asked for, where the message says it; null: any.</summary>
    public string? ModelVersion { get; internal set; }

    public string? Id { get; internal set; }

    public OipParameters Parameters { get; internal set; } = new();

    public IReadOnlyList<Tensor> Inputs => _inputs;

    /// <summary>Empty: every output.</summary>
    public IReadOnlyList<OipRequestedOutput> Outputs { get; internal set; } = [];

    /// <summary>Default of <see cref="OipRequestedOutput.Binary"/>.</summary>
    public bool BinaryOutputs { get; internal set; }

    /// <summary>Whether a gRPC request gave typed contents, so that its caller reads those.</summary>
    public bool TypedContents { get; internal set; }

    public void Dispose()
    {
        foreach (var input in _inputs)
        {
            input.Dispose();
        }
    }

    internal void Add(Tensor input) => _inputs.Add(input);
}
