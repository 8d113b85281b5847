using System.Numerics;
using System.Runtime.InteropServices;

namespace MLOps.Models.Classical.Hmm;

/// <summary>Elementary functions of many numbers at once, by the processor's vectors.</summary>
internal static class VectorMath
{
    public static void Exp(Span<double> values)
    {
        var vectors = MemoryMarshal.Cast<double, Vector<double>>(values);
        for (var i = 0; i < vectors.Length; i++)
        {
            vectors[i] = Vector.Exp(vectors[i]);
        }

        for (var i = vectors.Length * Vector<double>.Count; i < values.Length; i++)
        {
            values[i] = Math.Exp(values[i]);
        }
    }

    public static void Log(Span<double> values)
    {
        var vectors = MemoryMarshal.Cast<double, Vector<double>>(values);
        for (var i = 0; i < vectors.Length; i++)
        {
            vectors[i] = Vector.Log(vectors[i]);
        }

        for (var i = vectors.Length * Vector<double>.Count; i < values.Length; i++)
        {
            values[i] = Math.Log(values[i]);
        }
    }
}
