using System.Text.Json;
using System.Text.Unicode;
using MLOps.Inference.Codecs;
using MLOps.Inference.Tensors;
using MLOps.Tracking.Serving;

namespace MLOps.Gateway.Endpoints;

/// <summary>Requests that are kept, newest first, without their payloads.</summary>
internal sealed record CapturedRequestListResponse(IEnumerable<CapturedRequestResponse> Requests, string? NextPageToken);

/// <summary>A request that is kept. Inputs and outputs are tensors of the Open Inference Protocol; null in lists, and where they are not kept.
/// A BYTES tensor that is not UTF-8 has <c>encoding</c> "base64" and its elements so.</summary>
/// <param name="TooLarge">Whether the payload was over the limit.</param>
internal sealed record CapturedRequestResponse(
    string RequestId,
    string Variant,
    int ModelVersion,
    long Timestamp,
    bool HasPayload,
    bool TooLarge,
    JsonElement? Inputs,
    JsonElement? Outputs,
    IEnumerable<OutcomeResponse> Outcomes)
{
    public static CapturedRequestResponse Of(RequestRecord request) => new(
        request.RequestId,
        request.Variant,
        request.ModelVersion,
        request.Timestamp,
        request.HasPayload,
        request.TooLarge,
        Tensors(request.Inputs),
        Tensors(request.Outputs),
        request.Outcomes.Select(outcome => new OutcomeResponse(outcome.Metric, outcome.Value, outcome.Label, outcome.Timestamp)));

    private static JsonElement? Tensors(byte[]? payload)
    {
        if (payload is null)
        {
            return null;
        }

        using var buffer = new PooledBuffer(Array.MaxLength);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartArray();
            foreach (var tensor in TensorMessageCodec.Decode(payload).Tensors)
            {
                Write(json, tensor);
            }

            json.WriteEndArray();
        }

        using var document = JsonDocument.Parse(buffer.Memory);
        return document.RootElement.Clone();
    }

    private static void Write(Utf8JsonWriter json, Tensor tensor)
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
        var isText = tensor.Datatype != TensorDatatype.Bytes || IsText(tensor);
        if (!isText)
        {
            json.WriteString("encoding", "base64");
        }

        json.WriteStartArray("data");
        if (!isText)
        {
            WriteBytes(json, tensor);
        }
        else if (tensor.Datatype is TensorDatatype.Fp16 or TensorDatatype.Bf16 or TensorDatatype.Fp32 or TensorDatatype.Fp64)
        {
            WriteFloats(json, tensor);
        }
        else
        {
            var elements = new JsonTensorElements(tensor);
            while (elements.TryWriteNext(json))
            {
            }
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>Whether every element is UTF-8: else none is written as text, so that nobody has to guess which.</summary>
    private static bool IsText(Tensor tensor)
    {
        var elements = new BytesElements(tensor.Data.Span);
        while (elements.TryNext(out var element))
        {
            if (!Utf8.IsValid(element))
            {
                return false;
            }
        }

        return true;
    }

    private static void WriteBytes(Utf8JsonWriter json, Tensor tensor)
    {
        var elements = new BytesElements(tensor.Data.Span);
        while (elements.TryNext(out var element))
        {
            json.WriteBase64StringValue(element);
        }
    }

    /// <summary>NaN and infinities as text, as everywhere in our own API; the inference protocol writes them bare, which is no JSON.</summary>
    private static void WriteFloats(Utf8JsonWriter json, Tensor tensor)
    {
        for (long i = 0; i < tensor.Count; i++)
        {
            TensorNumbers.TryRead(tensor, i, out var value);
            if (!double.IsFinite(value))
            {
                json.WriteStringValue(double.IsNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity");
            }
            else if (tensor.Datatype == TensorDatatype.Fp64)
            {
                json.WriteNumberValue(value);
            }
            else
            {
                json.WriteNumberValue((float)value);
            }
        }
    }
}

internal sealed record OutcomeResponse(string Metric, double? Value, string? Label, long Timestamp);
