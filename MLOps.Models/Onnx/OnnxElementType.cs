namespace MLOps.Models.Onnx;

/// <summary>Element types that our graphs use, numbered as in ONNX.</summary>
internal enum OnnxElementType
{
    Float32 = 1,
    Int64 = 7,
    Boolean = 9,
    Float64 = 11,
}
