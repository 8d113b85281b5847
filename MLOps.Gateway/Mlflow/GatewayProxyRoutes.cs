using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using MLOps.Gateway.AiGateway;

namespace MLOps.Gateway.Mlflow;

/// <summary><c>gateway-proxy</c>: MLflow's page asks a deployments server through the tracking server. Only the configured server is called, and on it
/// only the list of endpoints and an endpoint's invocations.</summary>
internal static partial class GatewayProxyRoutes
{
    public static void Map(MlflowRoutes routes)
    {
        routes.Get("gateway-proxy", ProxyAsync);
        routes.Post("gateway-proxy", ProxyAsync);
    }

    private static async Task ProxyAsync(MlflowCall call)
    {
        var proxy = call.Http.RequestServices.GetRequiredService<DeploymentsProxy>();
        if (!proxy.HasTarget)
        {
            await call.AnswerAsync(json =>
            {
                json.WriteStartObject();
                json.WriteStartArray("endpoints");
                json.WriteEndArray();
                json.WriteEndObject();
            });
            return;
        }

        var method = HttpMethods.IsHead(call.Http.Request.Method) ? HttpMethods.Get : call.Http.Request.Method;
        var path = call.Request.NotEmpty("gateway_path") ?? throw MlflowRequest.Invalid("Deployments proxy request must specify a gateway_path.");
        var isGet = HttpMethods.IsGet(method);
        if (!(isGet ? path.Trim('/') == "api/2.0/endpoints" : Invocations().IsMatch(path.Trim('/'))))
        {
            throw MlflowRequest.Invalid($"Invalid gateway_path: {path} for method: {method}");
        }

        var data = call.Request.Element("json_data", null);
        var answer = await proxy.SendAsync(new HttpMethod(method), path.Trim('/'), isGet || data.ValueKind == JsonValueKind.Undefined ? null : data.GetRawText(), call.Cancelled);
        call.Http.Response.ContentType = "application/json";
        await call.Http.Response.BodyWriter.WriteAsync(answer, call.Cancelled);
    }

    /// <summary>A name and nothing that an address takes for more than a name.</summary>
    [GeneratedRegex(@"\Agateway/(?!\.{1,2}/)[A-Za-z0-9_.\-]+/invocations\z")]
    private static partial Regex Invocations();
}
