using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using MLOps.Contracts.Problems;

namespace MLOps.Gateway.Hosting;

/// <summary>Examples of requests and answers, by the operation's id, from <c>openapi-examples.json</c>.</summary>
internal static class ApiExamples
{
    private const string Problem = "application/problem+json";

    private static readonly JsonObject ByOperation = Read();

    public static void AddTo(OpenApiOperation operation)
    {
        var examples = operation.OperationId is { } id ? ByOperation[id] as JsonObject : null;
        foreach (var content in operation.RequestBody?.Content?.Values ?? [])
        {
            content.Example = examples?["request"]?.DeepClone();
        }

        foreach (var (status, response) in operation.Responses ?? [])
        {
            foreach (var (type, content) in response.Content ?? new Dictionary<string, OpenApiMediaType>())
            {
                content.Example = type == Problem ? ProblemOf(status) : examples?["response"]?.DeepClone();
            }
        }
    }

    private static JsonObject ProblemOf(string status)
    {
        var (code, detail) = status switch
        {
            "400" => (ProblemCode.InvalidArgument, "max_results is 0: expected 1 to 1000"),
            "404" => (ProblemCode.NotFound, "Registered Model with name=sp500-volatility not found"),
            "409" => (ProblemCode.InvalidState, "The model 'sp500-volatility' cannot be rolled back: version 1 is in Production and no earlier version that still exists has been there."),
            "501" => (ProblemCode.NotImplemented, "The runs are on the MLflow server http://mlflow:5000, whose protocol cannot remove anything for good: run `mlflow gc` there."),
            "413" => (ProblemCode.TooLarge, "Request body too large. The max request body size is 268435456 bytes."),
            "429" => (ProblemCode.TooManyRequests, "The caller asks endpoint 'sp500-volatility' more often than 10 times a second: slow down."),
            "504" => (ProblemCode.DeadlineExceeded, "Endpoint 'sp500-volatility' did not answer within 250 ms."),
            _ => (ProblemCode.Unavailable, "The store is closed."),
        };
        return new JsonObject { ["title"] = code.ToString(), ["status"] = int.Parse(status, System.Globalization.CultureInfo.InvariantCulture), ["detail"] = detail, ["code"] = code.ToString() };
    }

    private static JsonObject Read()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("MLOps.Gateway.openapi-examples.json")
            ?? throw new InvalidOperationException("openapi-examples.json is not in the assembly.");
        return JsonNode.Parse(stream, documentOptions: new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip })!.AsObject();
    }
}
