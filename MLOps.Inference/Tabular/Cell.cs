using System.Globalization;
using System.Text.Json;
using MLOps.Inference;

namespace MLOps.Inference.Tabular;

/// <summary>One value of a table or of a scoring body, whatever format it came in. Files and requests become tensors through it alone,
/// so that a row gives the same prediction wherever it is read.</summary>
public readonly struct Cell
{
    private readonly long _bits;

    private Cell(CellKind kind, long bits, string? text = null, JsonElement json = default)
    {
        Kind = kind;
        _bits = bits;
        Text = text;
        Json = json;
    }

    public CellKind Kind { get; }

    /// <summary>The text, also of a CSV cell that could be something else; null: it is none.</summary>
    public string? Text { get; }

    /// <summary>A list in a cell.</summary>
    public JsonElement Json { get; }

    public bool Boolean => _bits != 0;

#pragma warning disable CA1720 // They are called so.
    public long Integer => _bits;

    public ulong Unsigned => (ulong)_bits;
#pragma warning restore CA1720

    /// <summary>The value of a number, whole or not; NaN of null, as in a data frame.</summary>
    public double Number => Kind switch
    {
        CellKind.Null => double.NaN,
        CellKind.Integer => _bits,
        CellKind.Unsigned => (ulong)_bits,
        _ => BitConverter.Int64BitsToDouble(_bits),
    };

    public bool IsNumber => Kind is CellKind.Integer or CellKind.Unsigned or CellKind.Number;

    public static Cell Of(bool value) => new(CellKind.Boolean, value ? 1 : 0);

    public static Cell Of(long value) => new(CellKind.Integer, value);

    public static Cell Of(ulong value) => value <= long.MaxValue ? Of((long)value) : new(CellKind.Unsigned, (long)value);

    public static Cell Of(double value) => new(CellKind.Number, BitConverter.DoubleToInt64Bits(value));

    public static Cell Of(string? value) => value is null ? default : new(CellKind.Text, 0, value);

    /// <summary>A JSON number is whole when it is written so: 1.0 is not.</summary>
    /// <exception cref="InferenceException">InvalidRequest: a number beyond the range of a double.</exception>
    public static Cell Of(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.Undefined => default,
        JsonValueKind.True => Of(true),
        JsonValueKind.False => Of(false),
        JsonValueKind.String => Of(value.GetString()),
        JsonValueKind.Number when value.TryGetInt64(out var integer) => Of(integer),
        JsonValueKind.Number when value.TryGetUInt64(out var unsigned) => Of(unsigned),
        JsonValueKind.Number when value.TryGetDouble(out var number) && double.IsFinite(number) => Of(number),
        JsonValueKind.Number when PythonJson.Infinity(value) is { } infinity => Of(infinity),
        JsonValueKind.Number => throw new InferenceException(InferenceError.InvalidRequest, "The body has a number that is out of range."),
        _ => new(CellKind.Nested, 0, null, value),
    };

    /// <summary>A time is text in ISO 8601, as in JSON.</summary>
    public static Cell Of(DateTime value) => Of(value.ToString("O", CultureInfo.InvariantCulture));

    /// <summary>A CSV cell, whose type is not written. As pandas, and so <c>mlflow models serve</c>, reads it: what reads as a number is one, in quotes too,
    /// and certain words are missing values. In quotes such a word is still text for a model that takes text, where pandas has lost it.</summary>
    public static Cell OfCsv(string text, bool quoted)
    {
        if (long.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var integer))
        {
            return new(CellKind.Integer, integer, text);
        }

        if (ulong.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var unsigned))
        {
            return new(CellKind.Unsigned, (long)unsigned, text);
        }

        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number))
        {
            return new(CellKind.Number, BitConverter.DoubleToInt64Bits(number), text);
        }

        return text switch
        {
            "" or "NaN" or "nan" or "-NaN" or "-nan" or "NA" or "N/A" or "n/a" or "<NA>" or "#NA" or "#N/A" or "#N/A N/A" or "null" or "NULL" or "None"
                or "1.#IND" or "-1.#IND" or "1.#QNAN" or "-1.#QNAN" => quoted ? new(CellKind.Null, 0, text) : default,
            "true" or "True" or "TRUE" => new(CellKind.Boolean, 1, text),
            "false" or "False" or "FALSE" => new(CellKind.Boolean, 0, text),
            _ => Infinite(text) is { } infinite ? new(CellKind.Number, BitConverter.DoubleToInt64Bits(infinite), text) : Of(text),
        };
    }

    private static double? Infinite(string text)
    {
        var word = text.AsSpan().Trim();
        var sign = word is ['+' or '-', ..] ? 1 : 0;
        return word[sign..].Equals("inf", StringComparison.OrdinalIgnoreCase) || word[sign..].Equals("infinity", StringComparison.OrdinalIgnoreCase)
            ? word[0] == '-' ? double.NegativeInfinity : double.PositiveInfinity
            : null;
    }

    /// <summary>The value as a message may show it.</summary>
    public override string ToString() => Kind switch
    {
        CellKind.Null => "null",
        CellKind.Boolean => Boolean ? "true" : "false",
        CellKind.Integer => Integer.ToString(CultureInfo.InvariantCulture),
        CellKind.Unsigned => Unsigned.ToString(CultureInfo.InvariantCulture),
        CellKind.Number => Number.ToString("R", CultureInfo.InvariantCulture),
        CellKind.Text => $"the text '{Shown(Text!)}'",
        _ => Json.ValueKind == JsonValueKind.Array ? "a list" : "an object",
    };

    private static string Shown(string text) => new([.. text.Where(c => !char.IsControl(c)).Take(40)]);
}
