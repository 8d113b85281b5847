using System.Numerics;

namespace MLOps.Client.Serving;

/// <summary>A named array with a shape, as Open Inference Protocol v2 sends it.</summary>
/// <remarks>Data is row-major. Its length is the product of the shape.</remarks>
public sealed class Tensor
{
    private Tensor(string name, string datatype, long[] shape, Array data)
    {
        var count = shape.Aggregate(BigInteger.One, (product, size) => product * size);
        if (count != data.Length || shape.Any(size => size < 0))
        {
            throw new ArgumentException(
                $"Tensor '{name}' of shape [{string.Join(", ", shape)}] holds {count} values: {data.Length} were given.", nameof(data));
        }

        Name = name;
        Datatype = datatype;
        Shape = shape;
        Data = data;
    }

    public string Name { get; }

    /// <summary>The protocol's word: FP32, FP64, INT64, INT32, BOOL, BYTES, …</summary>
    public string Datatype { get; }

    public IReadOnlyList<long> Shape { get; }

    internal Array Data { get; }

    /// <summary>Datatype FP32.</summary>
    public static Tensor Of(string name, long[] shape, float[] data) => new(name, "FP32", shape, data);

    /// <summary>Datatype FP64.</summary>
    public static Tensor Of(string name, long[] shape, double[] data) => new(name, "FP64", shape, data);

    /// <summary>Datatype INT64.</summary>
    public static Tensor Of(string name, long[] shape, long[] data) => new(name, "INT64", shape, data);

    /// <summary>Datatype INT32.</summary>
    public static Tensor Of(string name, long[] shape, int[] data) => new(name, "INT32", shape, data);

    /// <summary>Datatype BOOL.</summary>
    public static Tensor Of(string name, long[] shape, bool[] data) => new(name, "BOOL", shape, data);

    /// <summary>Datatype BYTES: text.</summary>
    public static Tensor Of(string name, long[] shape, string[] data) => new(name, "BYTES", shape, data);

    /// <summary>The values as they came.</summary>
    /// <typeparam name="T">The .NET type of the datatype: <see cref="float"/> for FP32, <see cref="string"/> for BYTES, …</typeparam>
    /// <exception cref="InvalidOperationException">They are of another type.</exception>
    public IReadOnlyList<T> Values<T>() => Data as T[]
        ?? throw new InvalidOperationException($"Tensor '{Name}' holds {Datatype}, which is {Data.GetType().GetElementType()!.Name}: {typeof(T).Name} was asked for.");

    /// <summary>The values of any numeric datatype, as doubles.</summary>
    /// <exception cref="InvalidOperationException">The tensor holds text or booleans.</exception>
    public IReadOnlyList<double> AsDoubles() => Data switch
    {
        double[] values => values,
        float[] values => Array.ConvertAll(values, value => (double)value),
        long[] values => Array.ConvertAll(values, value => (double)value),
        ulong[] values => Array.ConvertAll(values, value => (double)value),
        int[] values => Array.ConvertAll(values, value => (double)value),
        _ => throw new InvalidOperationException($"Tensor '{Name}' holds {Datatype}: expected numbers."),
    };

    internal static Tensor Received(string name, string datatype, long[] shape, Array data) => new(name, datatype, shape, data);
}
