using System.Buffers;
using System.Runtime.InteropServices;

namespace MLOps.Inference.Tensors;

/// <summary>A named tensor over raw little-endian bytes, row-major; <see cref="TensorDatatype.Bytes"/> elements are length-prefixed.
/// It may own a pooled buffer, which <see cref="Dispose"/> gives back.</summary>
public sealed class Tensor : IDisposable
{
    private byte[]? _rented;

    /// <summary>A tensor over memory that somebody else keeps alive.</summary>
    /// <exception cref="InferenceException">InvalidRequest: the bytes do not fill the shape.</exception>
    public Tensor(string name, TensorDatatype datatype, long[] shape, ReadOnlyMemory<byte> data)
    {
        Name = name;
        Datatype = datatype;
        Shape = shape;
        Data = data;
        Count = TensorShape.Count(shape, name);
        CheckLength();
    }

    private Tensor(string name, TensorDatatype datatype, long[] shape, byte[] rented, int length)
        : this(name, datatype, shape, rented.AsMemory(0, length)) => _rented = rented;

    public string Name { get; }

    public TensorDatatype Datatype { get; }

    public long[] Shape { get; }

    /// <summary>Number of elements.</summary>
    public long Count { get; }

    /// <summary>The elements; not to be touched after <see cref="Dispose"/>.</summary>
    public ReadOnlyMemory<byte> Data { get; private set; }

    /// <summary>A tensor that gives <paramref name="rented"/> back to the shared pool when disposed.</summary>
    public static Tensor OverRented(string name, TensorDatatype datatype, long[] shape, byte[] rented, int length) =>
        new(name, datatype, shape, rented, length);

    /// <summary>A tensor with a copy of the values.</summary>
    /// <exception cref="InferenceException">InvalidRequest: the values do not fill the shape.</exception>
    public static Tensor Of<T>(string name, ReadOnlySpan<T> values, params long[] shape)
        where T : unmanaged =>
        new(name, TensorDatatypes.Of<T>(), shape, MemoryMarshal.AsBytes(values).ToArray());

    /// <summary>The elements as .NET values, where they lie.</summary>
    /// <exception cref="ArgumentException">The tensor's elements are of another type.</exception>
    public ReadOnlySpan<T> Values<T>()
        where T : unmanaged => TensorDatatypes.Of<T>() == Datatype
            ? MemoryMarshal.Cast<byte, T>(Data.Span)
            : throw new ArgumentException($"Tensor '{Quoted.Short(Name)}' holds {Datatype.Name()}, not {typeof(T).Name}.");

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _rented, null) is { } rented)
        {
            Data = default;
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private void CheckLength()
    {
        if (Datatype == TensorDatatype.Bytes)
        {
            BytesElements.Check(Data.Span, Count, Name);
        }
        else if (Count != Data.Length / Datatype.Size() || Data.Length % Datatype.Size() != 0)
        {
            throw InferenceException.Invalid(
                $"Tensor '{Quoted.Short(Name)}' of shape {TensorShape.Format(Shape)} and datatype {Datatype.Name()} holds {Count} elements of {Datatype.Size()} bytes, but {Data.Length} bytes were given.");
        }
    }
}
