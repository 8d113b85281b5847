using System.Buffers;
using System.Text.Json;
using MLOps.Gateway.Endpoints;
using MLOps.Inference.Codecs;
using MLOps.Inference.Tensors;

namespace MLOps.Gateway.Scoring;

/// <summary>Writes <c>{"predictions": …}</c>, and <c>"dates"</c> where the predictions were made of rows that have some.</summary>
internal static class PredictionsWriter
{
    public static void Write(IBufferWriter<byte> answer, Prediction prediction, PredictionsForm form)
    {
        var outputs = prediction.Result.Outputs;
        using var json = new Utf8JsonWriter(answer, new JsonWriterOptions { SkipValidation = true });
        json.WriteStartObject();
        json.WritePropertyName("predictions");
        if (form == PredictionsForm.Records && Rows(outputs) is { } rows)
        {
            WriteRecords(json, outputs, rows);
        }
        else if (form == PredictionsForm.Platform && outputs is [var only])
        {
            WriteNested(json, only);
        }
        else
        {
            json.WriteStartObject();
            foreach (var output in outputs)
            {
                json.WritePropertyName(output.Name);
                WriteNested(json, output);
            }

            json.WriteEndObject();
        }

        if (prediction.Times is { } dates)
        {
            json.WriteStartArray("dates");
            foreach (var date in dates)
            {
                json.WriteStringValue(date);
            }

            json.WriteEndArray();
        }

        if (form == PredictionsForm.Platform)
        {
            json.WriteString("variant", prediction.Variant.Spec.Name);
            json.WriteNumber("model_version", prediction.Result.Version);
        }

        json.WriteEndObject();
    }

    /// <returns>The first dimension, when it is every output's; null: they do not make a table.</returns>
    private static long? Rows(IReadOnlyList<Tensor> outputs)
    {
        long? rows = null;
        foreach (var output in outputs)
        {
            if (output.Shape is not [var length, ..] || (rows is not null && rows != length))
            {
                return null;
            }

            rows = length;
        }

        return rows;
    }

    /// <summary>A row of one value is that value; of several, their nested list.</summary>
    private static void WriteRecords(Utf8JsonWriter json, IReadOnlyList<Tensor> outputs, long rows)
    {
        // Elements of an enumerator that lives on the stack cannot be kept for every output at once: each output's rows are written first.
        var columns = outputs.Select(output => Column(output, rows)).ToArray();
        json.WriteStartArray();
        for (var row = 0; row < rows; row++)
        {
            json.WriteStartObject();
            for (var i = 0; i < columns.Length; i++)
            {
                json.WritePropertyName(outputs[i].Name);
                json.WriteRawValue(columns[i][row].Span, skipInputValidation: true);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static ReadOnlyMemory<byte>[] Column(Tensor output, long rows)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var ends = new int[rows];
        var elements = new JsonTensorElements(output);
        ReadOnlySpan<long> shape = output.Count == rows ? [] : output.Shape.AsSpan(1);
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true }))
        {
            for (var row = 0; row < rows; row++)
            {
                WriteDimension(json, shape, ref elements);
                json.Flush();
                ends[row] = buffer.WrittenCount;
                json.Reset();
            }
        }

        return [.. ends.Select((end, row) => buffer.WrittenMemory[(row == 0 ? 0 : ends[row - 1])..end])];
    }

    private static void WriteNested(Utf8JsonWriter json, Tensor tensor)
    {
        var elements = new JsonTensorElements(tensor);
        WriteDimension(json, tensor.Shape, ref elements);
    }

    private static void WriteDimension(Utf8JsonWriter json, ReadOnlySpan<long> shape, ref JsonTensorElements elements)
    {
        if (shape.IsEmpty)
        {
            elements.TryWriteNext(json);
            return;
        }

        json.WriteStartArray();
        for (long i = 0; i < shape[0]; i++)
        {
            WriteDimension(json, shape[1..], ref elements);
        }

        json.WriteEndArray();
    }
}
