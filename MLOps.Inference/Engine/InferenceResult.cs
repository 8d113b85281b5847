using MLOps.Inference.Tensors;

namespace MLOps.Inference.Engine;

/// <summary>Outputs of one inference. Their memory belongs to the engine: not to be touched after <see cref="Dispose"/>, which lets another request have it.</summary>
public sealed class InferenceResult : IDisposable
{
    private readonly IReadOnlyList<Tensor> _outputs;
    private IDisposable? _memory;
    private bool _disposed;

    /// <param name="memory">Whatever must live as long as the outputs are read.</param>
    internal InferenceResult(IReadOnlyList<Tensor> outputs, int version, IDisposable? memory)
    {
        _outputs = outputs;
        Version = version;
        _memory = memory;
    }

    /// <summary>A result that came from another process.</summary>
    public InferenceResult(IReadOnlyList<Tensor> outputs, int version, TimeSpan waited = default)
        : this(outputs, version, null) => Waited = waited;

    /// <exception cref="ObjectDisposedException">The result was disposed.</exception>
    public IReadOnlyList<Tensor> Outputs
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _outputs;
        }
    }

    /// <summary><see cref="SessionSettings.Version"/> of the model that answered.</summary>
    public int Version { get; }

    /// <summary>How long the request waited for others to run with, or for those before it, in the model's own queue.</summary>
    public TimeSpan Waited { get; internal set; }

    public void Dispose()
    {
        _disposed = true;
        Interlocked.Exchange(ref _memory, null)?.Dispose();
    }

    /// <summary>This answer with other outputs; the new one owns the memory.</summary>
    internal InferenceResult With(IReadOnlyList<Tensor> outputs) => new(outputs, Version, Interlocked.Exchange(ref _memory, null));
}
