using MLOps.Models.Onnx.Schema;

namespace MLOps.Models.Onnx;

/// <summary>One dimension of a declared shape: a fixed length, or a name for a length that the caller chooses (<c>B</c>, <c>T</c>).</summary>
internal readonly record struct OnnxDimension
{
    private readonly long _length;
    private readonly string? _name;

    private OnnxDimension(long length, string? name)
    {
        _length = length;
        _name = name;
    }

    public static implicit operator OnnxDimension(long length) => new(length, null);

    public static implicit operator OnnxDimension(string name) => new(0, name);

    public TensorShapeProto.Types.Dimension ToProto() =>
        _name is null ? new() { DimValue = _length } : new() { DimParam = _name };
}
