using System.Text.Json;
using Microsoft.AspNetCore.Http;
using MLOps.Gateway.OpenInference;
using MLOps.Inference;
using MLOps.Inference.Codecs;
using MLOps.Inference.Tensors;

namespace MLOps.Gateway.Endpoints;

/// <summary>Scoring in MLflow's form.</summary>
internal static class ScoringHandler
{
    public static async Task<IResult> ScoreAsync(
        HttpContext context,
        string endpoint,
        RoutingTable routes,
        EndpointInvoker invoker,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        try
        {
            var route = await routes.GetAsync(endpoint);
            using var body = await InferenceBody.ReadAsync(context, cancellationToken);
            using var scoring = ScoringRequest.Parse(body.Memory);
            using var prediction = await invoker.InferAsync(
                endpoint,
                new PredictionRequest(
                    scoring.Tensors(route.Main.Signature!),
                    [],
                    null,
                    ServingHeaders.CallerKey(context) ?? scoring.Parameter(ServingHeaders.CallerKeyParameter) as string,
                    EventTime.Parse(scoring.Parameter(EventTime.Parameter), time),
                    EventTime.Replay(scoring.Parameter(EventTime.ReplayParameter), scoring.Parameter(EventTime.Parameter)),
                    ServingHeaders.RequestId(context)),
                cancellationToken);

            using var answer = new PooledBuffer(Array.MaxLength);
            Write(answer, prediction);
            ServingHeaders.Set(context.Response, prediction);
            context.Response.ContentType = "application/json";
            context.Response.ContentLength = answer.Length;
            await context.Response.Body.WriteAsync(answer.Memory, cancellationToken);
            return Results.Empty;
        }
        catch (InferenceException exception)
        {
            throw ServingProblem.Of(exception);
        }
    }

    private static void Write(PooledBuffer answer, Prediction prediction)
    {
        using var json = new Utf8JsonWriter(answer, new JsonWriterOptions { SkipValidation = true });
        json.WriteStartObject();
        json.WritePropertyName("predictions");
        if (prediction.Result.Outputs is [var only])
        {
            WriteNested(json, only);
        }
        else
        {
            json.WriteStartObject();
            foreach (var output in prediction.Result.Outputs)
            {
                json.WritePropertyName(output.Name);
                WriteNested(json, output);
            }

            json.WriteEndObject();
        }

        json.WriteString("variant", prediction.Variant.Spec.Name);
        json.WriteNumber("model_version", prediction.Result.Version);
        json.WriteEndObject();
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
