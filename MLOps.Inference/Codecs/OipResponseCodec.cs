using System.Buffers;
using System.Text.Json;
using MLOps.Inference.Engine;
using MLOps.Inference.Tensors;

namespace MLOps.Inference.Codecs;

/// <summary>Writes answers of the Open Inference Protocol v2.</summary>
public static class OipResponseCodec
{
    /// <summary>Writes the JSON part, and after it the binary outputs.</summary>
    /// <returns>Length of the JSON part when binary outputs follow; null when there are none.</returns>
    /// <exception cref="InferenceException">InvalidRequest: a BYTES output that is no text was asked for as JSON.</exception>
    public static int? Write(OipResponse response, OipRequest request, IBufferWriter<byte> body)
    {
        var outputs = response.Result.Outputs;
        var binary = new bool[outputs.Count];
        for (var i = 0; i < binary.Length; i++)
        {
            binary[i] = request.Outputs.FirstOrDefault(output => output.Name == outputs[i].Name)?.Binary ?? request.BinaryOutputs;
        }

        int jsonLength;
        using (var json = new Utf8JsonWriter(body, new JsonWriterOptions { SkipValidation = true }))
        {
            json.WriteStartObject();
            json.WriteString("model_name", response.ModelName);
            json.WriteString("model_version", response.ModelVersion);
            if (request.Id is not null)
            {
                json.WriteString("id", request.Id);
            }

            json.WriteStartObject("parameters");
            json.WriteString("variant", response.Variant);
            json.WriteEndObject();

            json.WriteStartArray("outputs");
            for (var i = 0; i < outputs.Count; i++)
            {
                Write(json, outputs[i], binary[i]);
            }

            json.WriteEndArray();
            json.WriteEndObject();
            json.Flush();
            jsonLength = checked((int)json.BytesCommitted);
        }

        var any = false;
        for (var i = 0; i < outputs.Count; i++)
        {
            if (binary[i])
            {
                any = true;
                body.Write(outputs[i].Data.Span);
            }
        }

        return any ? jsonLength : null;
    }

    private static void Write(Utf8JsonWriter json, Tensor tensor, bool binary)
    {
        json.WriteStartObject();
        json.WriteString("name", tensor.Name);
        json.WriteString("datatype", tensor.Datatype.Name());
        json.WriteStartArray("shape");
        foreach (var dimension in tensor.Shape)
        {
            json.WriteNumberValue(dimension);
        }

        json.WriteEndArray();
        if (binary)
        {
            json.WriteStartObject("parameters");
            json.WriteNumber("binary_data_size", tensor.Data.Length);
            json.WriteEndObject();
        }
        else
        {
            json.WriteStartArray("data");
            var elements = new JsonTensorElements(tensor);
            while (elements.TryWriteNext(json))
            {
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }
}
