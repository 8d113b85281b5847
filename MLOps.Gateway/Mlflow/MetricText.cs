using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using MLOps.Contracts.Runs;

namespace MLOps.Gateway.Mlflow;

/// <summary>The common metric as JSON: a key of plain ASCII and a finite value. The text is the one that <see cref="MlflowJson"/> writes field by field.</summary>
internal static class MetricText
{
    private const int MaxKey = 250;

    /// <summary>Room for the longest: the key, three numbers and the names.</summary>
    public const int MaxBytes = 384;

    private static readonly SearchValues<char> Plain = SearchValues.Create(
        " !#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{|}~");

    /// <returns>False when the metric has to be written field by field: nothing is written then that counts.</returns>
    public static bool TryWrite(Span<byte> text, Metric metric, out int written)
    {
        written = 0;
        if (metric.Key.Length > MaxKey || !double.IsFinite(metric.Value) || metric.Key.AsSpan().ContainsAnyExcept(Plain))
        {
            return false;
        }

        Put(text, ref written, "{\"key\":\""u8);
        written += Encoding.ASCII.GetBytes(metric.Key, text[written..]);
        Put(text, ref written, "\",\"value\":"u8);
        metric.Value.TryFormat(text[written..], out var digits, default, CultureInfo.InvariantCulture);
        written += digits;
        Put(text, ref written, ",\"timestamp\":"u8);
        Put(text, ref written, metric.Timestamp);
        Put(text, ref written, ",\"step\":"u8);
        Put(text, ref written, metric.Step);
        text[written++] = (byte)'}';
        return true;
    }

    private static void Put(Span<byte> text, ref int written, ReadOnlySpan<byte> part)
    {
        part.CopyTo(text[written..]);
        written += part.Length;
    }

    private static void Put(Span<byte> text, ref int written, long number)
    {
        Utf8Formatter.TryFormat(number, text[written..], out var digits);
        written += digits;
    }
}
