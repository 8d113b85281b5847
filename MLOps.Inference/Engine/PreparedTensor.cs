using System.Buffers;
using System.Runtime.CompilerServices;
using MLOps.Inference.Tensors;

namespace MLOps.Inference.Engine;

/// <summary>An input or output of a <see cref="PreparedCall"/>: its shape, and the memory where it lies.</summary>
public sealed class PreparedTensor
{
    private readonly Func<MemoryHandle>? _pin;
    private readonly TensorDatatype _datatype;
    private readonly long _bytes;

    private PreparedTensor(string name, long[] shape, Func<MemoryHandle>? pin, TensorDatatype datatype, long bytes)
    {
        Name = name;
        Shape = shape;
        _pin = pin;
        _datatype = datatype;
        _bytes = bytes;
    }

    public string Name { get; }

    public IReadOnlyList<long> Shape { get; }

    /// <summary>In memory that the call makes.</summary>
    public static PreparedTensor Of(string name, params long[] shape) => new(name, shape, null, default, 0);

    /// <summary>In the caller's memory, which is pinned as long as the call lives.</summary>
    public static PreparedTensor Over<T>(string name, Memory<T> memory, params long[] shape)
        where T : unmanaged =>
        new(name, shape, () => memory.Pin(), TensorDatatypes.Of<T>(), (long)memory.Length * Unsafe.SizeOf<T>());

    /// <exception cref="InferenceException">InvalidRequest: the memory does not fit the model or the shape.</exception>
    internal BoundTensor Bind(TensorMetadata expected)
    {
        var shape = Shape.ToArray();
        if (expected.Datatype == TensorDatatype.Bytes)
        {
            throw InferenceException.Invalid($"'{expected.Name}' holds BYTES, whose elements have no fixed place: use Infer.");
        }

        RequestCheck.Shape(expected, shape, "Tensor");
        if (_pin is null)
        {
            return BoundTensor.Allocate(Name, expected.Datatype, shape);
        }

        if (_datatype != expected.Datatype)
        {
            throw InferenceException.Invalid($"The memory for '{expected.Name}' holds {_datatype.Name()}: the model has {expected.Datatype.Name()}.");
        }

        var length = TensorShape.Count(shape, Name) * expected.Datatype.Size();
        return length == _bytes
            ? BoundTensor.Over(Name, expected.Datatype, shape, _pin(), length)
            : throw InferenceException.Invalid($"The memory for '{expected.Name}' has {_bytes} bytes, but its shape {TensorShape.Format(shape)} takes {length}.");
    }
}
