namespace MLOps.Inference.Tensors;

#pragma warning disable CA1720 // The protocol's datatypes are called so.
/// <summary>Datatypes of the Open Inference Protocol. The values are written in messages between processes: never renumber.</summary>
public enum TensorDatatype : byte
{
    Bool = 1,
    UInt8 = 2,
    UInt16 = 3,
    UInt32 = 4,
    UInt64 = 5,
    Int8 = 6,
    Int16 = 7,
    Int32 = 8,
    Int64 = 9,
    Fp16 = 10,
    Bf16 = 11,
    Fp32 = 12,
    Fp64 = 13,

    /// <summary>Strings or blobs: each element is a 4-byte little-endian length and its bytes.</summary>
    Bytes = 14,
}
#pragma warning restore CA1720
