using System.Globalization;
using System.Text.Json;

namespace MLOps.Client.Serving;

/// <summary>Tensors as Open Inference JSON. JSON has no NaN and no infinities: they travel as strings.</summary>
internal static class TensorJson
{
    public static void Write(Utf8JsonWriter writer, Tensor tensor)
    {
        writer.WriteStartObject();
        writer.WriteString("name", tensor.Name);
        writer.WriteString("datatype", tensor.Datatype);
        writer.WriteStartArray("shape");
        foreach (var size in tensor.Shape)
        {
            writer.WriteNumberValue(size);
        }

        writer.WriteEndArray();
        writer.WriteStartArray("data");
        WriteData(writer, tensor.Data);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    /// <exception cref="JsonException">Not a tensor.</exception>
    public static Tensor Read(JsonElement element)
    {
        try
        {
            var name = element.GetProperty("name").GetString()!;
            var datatype = element.GetProperty("datatype").GetString()!;
            long[] shape = [.. element.GetProperty("shape").EnumerateArray().Select(size => size.GetInt64())];
            var flat = new List<JsonElement>();
            Flatten(element.GetProperty("data"), flat);
            return Tensor.Received(name, datatype, shape, ReadData(datatype, flat));
        }
        catch (Exception e) when (e is KeyNotFoundException or InvalidOperationException or FormatException or ArgumentException)
        {
            throw new JsonException($"An output is not a tensor: {e.Message}", e);
        }
    }

    private static void WriteData(Utf8JsonWriter writer, Array data)
    {
        switch (data)
        {
            case float[] values:
                foreach (var value in values)
                {
                    if (float.IsFinite(value))
                    {
                        writer.WriteNumberValue(value);
                    }
                    else
                    {
                        writer.WriteStringValue(value.ToString(CultureInfo.InvariantCulture));
                    }
                }

                break;
            case double[] values:
                foreach (var value in values)
                {
                    if (double.IsFinite(value))
                    {
                        writer.WriteNumberValue(value);
                    }
                    else
                    {
                        writer.WriteStringValue(value.ToString(CultureInfo.InvariantCulture));
                    }
                }

                break;
            case long[] values:
                Array.ForEach(values, writer.WriteNumberValue);
                break;
            case int[] values:
                Array.ForEach(values, writer.WriteNumberValue);
                break;
            case bool[] values:
                Array.ForEach(values, writer.WriteBooleanValue);
                break;
            case string[] values:
                Array.ForEach(values, writer.WriteStringValue);
                break;
        }
    }

    private static void Flatten(JsonElement element, List<JsonElement> flat)
    {
        if (element.ValueKind != JsonValueKind.Array)
        {
            flat.Add(element);
            return;
        }

        foreach (var item in element.EnumerateArray())
        {
            Flatten(item, flat);
        }
    }

    private static Array ReadData(string datatype, List<JsonElement> flat) => datatype switch
    {
        "FP16" or "BF16" or "FP32" => flat.Select(value => (float)Number(value)).ToArray(),
        "FP64" => flat.Select(Number).ToArray(),
        "INT8" or "INT16" or "INT32" or "UINT8" or "UINT16" => flat.Select(value => value.GetInt32()).ToArray(),
        "INT64" or "UINT32" => flat.Select(value => value.GetInt64()).ToArray(),
        "UINT64" => flat.Select(value => value.GetUInt64()).ToArray(),
        "BOOL" => flat.Select(value => value.GetBoolean()).ToArray(),
        "BYTES" => flat.Select(value => value.GetString()!).ToArray(),
        _ => throw new FormatException($"datatype '{datatype}' is not one of Open Inference v2's."),
    };

    private static double Number(JsonElement value) => value.ValueKind == JsonValueKind.String
        ? double.Parse(value.GetString()!, CultureInfo.InvariantCulture)
        : value.GetDouble();
}
