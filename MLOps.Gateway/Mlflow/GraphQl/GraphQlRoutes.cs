using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MLOps.Gateway.Mlflow.GraphQl.Execution;
using MLOps.Gateway.Mlflow.GraphQl.Syntax;
using MLOps.Gateway.Mlflow.GraphQl.Types;
using MLOps.Gateway.Mlflow.GraphQl.Validation;

namespace MLOps.Gateway.Mlflow.GraphQl;

/// <summary><c>/graphql</c>, which MLflow's UI asks for a run, its experiment and its model versions at once. The body of a POST or the query of a GET has
/// <c>query</c>, <c>variables</c> and <c>operationName</c>; the answer <c>{data, errors}</c> has the errors as texts, as MLflow's.</summary>
internal static class GraphQlRoutes
{
    private const string Path = "/graphql";

    public static void Map(MlflowRoutes routes)
    {
        routes.Top(HttpMethods.Get, Path, AskAsync);
        routes.Top(HttpMethods.Post, Path, AskAsync);
    }

    private static async Task AskAsync(MlflowCall call)
    {
        if (call.Http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } body)
        {
            body.MaxRequestBodySize = GraphQlLimits.Body;
        }

        using var request = await MlflowRequest.ReadAsync(call.Http.Request, call.Cancelled);
        var text = request.Required("query");
        if (text.Length > GraphQlLimits.Text)
        {
            throw MlflowRequest.Invalid($"The query has {text.Length} characters: at most {GraphQlLimits.Text} are taken. Values belong in its variables.");
        }

        using var variables = request.Object("variables");
        var answer = new ArrayBufferWriter<byte>();
        List<string> errors = [];
        try
        {
            await AnswerAsync(call, text, variables?.RootElement ?? default, request.NotEmpty("operationName"), answer, errors);
        }
        catch (GraphQlException exception)
        {
            errors.Add(exception.Message);
            answer.Clear();
        }
        catch (SyntaxException exception)
        {
            throw MlflowRequest.Invalid(exception.Message);
        }

        await call.AnswerAsync(json => Write(json, answer.WrittenSpan, errors));
    }

    private static async Task AnswerAsync(MlflowCall call, string text, JsonElement variables, string? name, ArrayBufferWriter<byte> answer, List<string> errors)
    {
        var services = call.Http.RequestServices;
        var document = Parser.Parse(text);
        QueryLimits.Check(document, services.GetRequiredService<IOptions<GraphQlOptions>>().Value);
        errors.AddRange(Validator.Check(document));
        if (errors.Count > 0)
        {
            return;
        }

        var operation = Chosen(document, name);
        var root = Schema.Root(operation.Kind) ?? throw new GraphQlException("Schema is not configured to execute subscription operation.");
        var values = VariableReader.Read(operation, variables, errors);
        if (errors.Count > 0)
        {
            return;
        }

        var plan = new Planner(new SelectionSets(document), values).Plan(root, [operation.Selections]);
        await using var json = new Utf8JsonWriter(answer, MlflowJson.WriterOptions);
        var logger = services.GetRequiredService<ILoggerFactory>().CreateLogger("MLOps.Gateway.Mlflow");
        await new Executor(new GraphQlContext(call.Http), answer, json, errors, logger).WriteAsync(root, null, plan);
    }

    private static Operation Chosen(Document document, string? name) => name is null
        ? document.Operations.Count == 1
            ? document.Operations[0]
            : throw new GraphQlException(document.Operations.Count == 0 ? "Must provide an operation." : "Must provide operation name if query contains multiple operations.")
        : document.Operations.FirstOrDefault(operation => operation.Name == name) ?? throw new GraphQlException($"Unknown operation named '{name}'.");

    private static void Write(Utf8JsonWriter json, ReadOnlySpan<byte> data, List<string> errors)
    {
        json.WriteStartObject();
        json.WritePropertyName("data");
        if (data.IsEmpty)
        {
            json.WriteNullValue();
        }
        else
        {
            json.WriteRawValue(data, skipInputValidation: true);
        }

        json.WritePropertyName("errors");
        if (errors.Count == 0)
        {
            json.WriteNullValue();
        }
        else
        {
            json.WriteStartArray();
            foreach (var error in errors.Take(GraphQlLimits.Errors))
            {
                json.WriteStringValue(error.Length <= GraphQlLimits.ErrorLength ? error : string.Concat(error.AsSpan(0, GraphQlLimits.ErrorLength), "…"));
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }
}
