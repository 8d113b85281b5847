using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace MLOps.Inference.Tensors;

/// <summary>The one table of datatypes: protocol name, ONNX Runtime type, size.</summary>
public static class TensorDatatypes
{
    private static readonly (TensorDatatype Type, string Name, TensorElementType Element, int Size)[] Table =
    [
        (TensorDatatype.Bool, "BOOL", TensorElementType.Bool, 1),
        (TensorDatatype.UInt8, "UINT8", TensorElementType.UInt8, 1),
        (TensorDatatype.UInt16, "UINT16", TensorElementType.UInt16, 2),
        (TensorDatatype.UInt32, "UINT32", TensorElementType.UInt32, 4),
        (TensorDatatype.UInt64, "UINT64", TensorElementType.UInt64, 8),
        (TensorDatatype.Int8, "INT8", TensorElementType.Int8, 1),
        (TensorDatatype.Int16, "INT16", TensorElementType.Int16, 2),
        (TensorDatatype.Int32, "INT32", TensorElementType.Int32, 4),
        (TensorDatatype.Int64, "INT64", TensorElementType.Int64, 8),
        (TensorDatatype.Fp16, "FP16", TensorElementType.Float16, 2),
        (TensorDatatype.Bf16, "BF16", TensorElementType.BFloat16, 2),
        (TensorDatatype.Fp32, "FP32", TensorElementType.Float, 4),
        (TensorDatatype.Fp64, "FP64", TensorElementType.Double, 8),
        (TensorDatatype.Bytes, "BYTES", TensorElementType.String, 0),
    ];

    /// <summary>The protocol's name, for example <c>FP32</c>.</summary>
    public static string Name(this TensorDatatype datatype) => Table[(int)datatype - 1].Name;

    /// <summary>Bytes of one element; 0 for <see cref="TensorDatatype.Bytes"/>, whose elements vary.</summary>
    public static int Size(this TensorDatatype datatype) => Table[(int)datatype - 1].Size;

    public static bool IsDefined(byte value) => value >= 1 && value <= Table.Length;

    /// <exception cref="InferenceException">InvalidRequest: no such datatype.</exception>
    public static TensorDatatype Parse(string name)
    {
        foreach (var row in Table)
        {
            if (row.Name == name)
            {
                return row.Type;
            }
        }

        throw InferenceException.Invalid(
            $"Unknown datatype '{Quoted.Short(name)}': expected one of {string.Join(", ", Table.Select(row => row.Name))}.");
    }

    /// <summary>The datatype whose elements are a .NET type; <see cref="ushort"/> is UINT16, so BF16 has ONNX Runtime's own BFloat16.</summary>
    /// <exception cref="ArgumentException">No datatype has such elements.</exception>
    public static TensorDatatype Of<T>()
        where T : unmanaged => default(T) switch
    {
        bool => TensorDatatype.Bool,
        byte => TensorDatatype.UInt8,
        ushort => TensorDatatype.UInt16,
        uint => TensorDatatype.UInt32,
        ulong => TensorDatatype.UInt64,
        sbyte => TensorDatatype.Int8,
        short => TensorDatatype.Int16,
        int => TensorDatatype.Int32,
        long => TensorDatatype.Int64,
        Half or Float16 => TensorDatatype.Fp16,
        BFloat16 => TensorDatatype.Bf16,
        float => TensorDatatype.Fp32,
        double => TensorDatatype.Fp64,
        _ => throw new ArgumentException($"No datatype of the Open Inference Protocol has elements of {typeof(T).Name}."),
    };

    internal static TensorElementType ToElementType(this TensorDatatype datatype) => Table[(int)datatype - 1].Element;

    internal static bool TryFrom(TensorElementType element, out TensorDatatype datatype)
    {
        foreach (var row in Table)
        {
            if (row.Element == element)
            {
                datatype = row.Type;
                return true;
            }
        }

        datatype = default;
        return false;
    }
}
