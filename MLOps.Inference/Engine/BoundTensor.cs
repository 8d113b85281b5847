using System.Buffers;
using Microsoft.ML.OnnxRuntime;
using MLOps.Inference.Tensors;

namespace MLOps.Inference.Engine;

/// <summary>Memory that stays where it is, as .NET and as ONNX Runtime see it.</summary>
internal sealed class BoundTensor : IDisposable
{
    // Vector kernels like whole cache lines.
    private const int Alignment = 64;

    private MemoryHandle _pin;

    private BoundTensor(string name, TensorDatatype datatype, long[] shape, Memory<byte> memory, MemoryHandle pin, IntPtr address, long length)
    {
        Name = name;
        Datatype = datatype;
        Shape = shape;
        Memory = memory;
        Address = address;
        Length = length;
        _pin = pin;
        Value = OrtValue.CreateTensorValueWithData(OrtMemoryInfo.DefaultInstance, datatype.ToElementType(), shape, address, length);
    }

    public string Name { get; }

    public TensorDatatype Datatype { get; }

    public long[] Shape { get; }

    /// <summary>The bytes when they are ours; empty when they are the caller's.</summary>
    public Memory<byte> Memory { get; }

    public IntPtr Address { get; }

    /// <summary>Bytes.</summary>
    public long Length { get; }

    public OrtValue Value { get; }

    /// <summary>Over new memory.</summary>
    public static unsafe BoundTensor Allocate(string name, TensorDatatype datatype, long[] shape)
    {
        var length = checked((int)(TensorShape.Count(shape, name) * datatype.Size()));
        var array = GC.AllocateUninitializedArray<byte>(length + Alignment, pinned: true);
        fixed (byte* start = array)
        {
            var skip = (int)((Alignment - ((nuint)start % Alignment)) % Alignment);
            return new BoundTensor(name, datatype, shape, array.AsMemory(skip, length), default, (IntPtr)(start + skip), length);
        }
    }

    /// <summary>Over memory that a caller has pinned; <paramref name="pin"/> is undone with this object.</summary>
    public static unsafe BoundTensor Over(string name, TensorDatatype datatype, long[] shape, MemoryHandle pin, long length) =>
        new(name, datatype, shape, default, pin, (IntPtr)pin.Pointer, length);

    public unsafe Span<byte> Span() => new((void*)Address, (int)Length);

    public void Dispose()
    {
        Value.Dispose();
        _pin.Dispose();
    }
}
