using System.Buffers;
using Microsoft.ML.OnnxRuntime;
using MLOps.Inference.Tensors;

namespace MLOps.Inference.Engine;

/// <summary>An input tensor as ONNX Runtime sees it: an <see cref="OrtValue"/> over the caller's bytes, without a copy where alignment allows.</summary>
internal struct PinnedInput : IDisposable
{
    // ONNX Runtime wants an address even for a tensor of no elements.
    private static readonly byte[] Nothing = GC.AllocateArray<byte>(16, pinned: true);

    private MemoryHandle _pin;
    private byte[]? _aligned;

    public OrtValue Value { get; private set; }

    public static unsafe PinnedInput Create(Tensor tensor)
    {
        if (tensor.Datatype == TensorDatatype.Bytes)
        {
            return new PinnedInput { Value = Strings(tensor) };
        }

        var input = new PinnedInput();
        var data = tensor.Data.IsEmpty ? Nothing : tensor.Data;
        input._pin = data.Pin();
        if ((nuint)input._pin.Pointer % (nuint)tensor.Datatype.Size() != 0)
        {
            // A slice of a request's body may start anywhere; kernels may use aligned loads.
            input._pin.Dispose();
            input._aligned = ArrayPool<byte>.Shared.Rent(tensor.Data.Length);
            tensor.Data.CopyTo(input._aligned);
            input._pin = input._aligned.AsMemory().Pin();
        }

        input.Value = OrtValue.CreateTensorValueWithData(
            OrtMemoryInfo.DefaultInstance,
            tensor.Datatype.ToElementType(),
            tensor.Shape,
            (IntPtr)input._pin.Pointer,
            tensor.Data.Length);
        return input;
    }

    public void Dispose()
    {
        Value?.Dispose();
        _pin.Dispose();
        if (_aligned is not null)
        {
            ArrayPool<byte>.Shared.Return(_aligned);
            _aligned = null;
        }
    }

    private static OrtValue Strings(Tensor tensor)
    {
        var value = OrtValue.CreateTensorWithEmptyStrings(OrtAllocator.DefaultInstance, tensor.Shape);
        var elements = new BytesElements(tensor.Data.Span);
        for (var i = 0; elements.TryNext(out var element); i++)
        {
            value.StringTensorSetElementAt(element, i);
        }

        return value;
    }
}
