using System.Buffers;
using System.Text.Json;
using MLOps.Contracts.Endpoints;
using MLOps.Inference;
using MLOps.Inference.Codecs;
using MLOps.Inference.Tabular;
using MLOps.Inference.Tensors;

namespace MLOps.Gateway.Scoring;

/// <summary>Gathers values into a tensor of an input's datatype. A null is NaN for floating point, as in a data frame.</summary>
internal sealed class TensorBuilder(TensorSignature input)
{
    private readonly TensorDatatype _datatype = TensorDatatypes.Parse(input.Datatype);
    private readonly ArrayBufferWriter<byte> _data = new();

    /// <summary>Lengths of nested arrays, taken from the first element at each depth.</summary>
    public static long[] ShapeOf(Cell value)
    {
        var shape = new List<long>();
        for (var json = value.Json; json.ValueKind == JsonValueKind.Array; json = json[0])
        {
            shape.Add(json.GetArrayLength());
            if (shape[^1] == 0)
            {
                break;
            }
        }

        return [.. shape];
    }

    /// <summary>A caller's name as a message may show it.</summary>
    public static string Shown(string name) => new([.. name.Where(c => !char.IsControl(c)).Take(80)]);

    /// <param name="value">A value, or lists of values as deep as the shape.</param>
    /// <param name="shape">What the first value's lists were like.</param>
    /// <param name="column">Whose value it is, for messages; null: the input's own.</param>
    /// <exception cref="InferenceException">InvalidRequest: a row of another length, or a value of another type.</exception>
    public void AppendNested(Cell value, ReadOnlySpan<long> shape, string? column = null)
    {
        if (shape.IsEmpty)
        {
            Append(value, column);
            return;
        }

        if (value.Json.ValueKind != JsonValueKind.Array || value.Json.GetArrayLength() != shape[0])
        {
            throw Invalid(column, $"has rows of different lengths: {value} is given where a list of {shape[0]} values is expected");
        }

        foreach (var element in value.Json.EnumerateArray())
        {
            AppendNested(Cell.Of(element), shape[1..], column);
        }
    }

    /// <exception cref="InferenceException">InvalidRequest: a value of another type. TooLarge: over the limit.</exception>
    public void Append(Cell value, string? column = null)
    {
        if (CellTensor.Write(value, _datatype, _data) is { } expected)
        {
            throw Invalid(column, $"has {value}: expected {expected}");
        }

        if (_data.WrittenCount > OipLimits.MaxBytes)
        {
            throw new InferenceException(InferenceError.TooLarge, $"Input '{input.Name}' expands past {OipLimits.MaxBytes} bytes.");
        }
    }

    public Tensor Build(long[] shape) => new(input.Name, _datatype, shape, _data.WrittenMemory);

    private InferenceException Invalid(string? column, string why) => new(
        InferenceError.InvalidRequest,
        column is null || column == input.Name ? $"Input '{input.Name}' {why}." : $"Column '{Shown(column)}' {why} (input '{input.Name}').");
}
