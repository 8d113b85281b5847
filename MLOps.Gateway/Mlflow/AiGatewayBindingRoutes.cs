using System.Text.Json;
using Microsoft.AspNetCore.Http;
using MLOps.Tracking.AiGateway;

namespace MLOps.Gateway.Mlflow;

/// <summary><c>3.0/mlflow/gateway/endpoints/bindings/*</c>: what uses an endpoint.</summary>
internal static class AiGatewayBindingRoutes
{
    private const string Bindings = AiGatewayFields.Prefix + "endpoints/bindings/";

    /// <summary>The only kind of resource that MLflow binds.</summary>
    private const string Scorer = "scorer";

    public static void Map(MlflowRoutes routes)
    {
        routes.Traced(HttpMethods.Post, Bindings + "create", CreateAsync);
        routes.Traced(HttpMethods.Delete, Bindings + "delete", DeleteAsync);
        routes.Traced(HttpMethods.Get, Bindings + "list", ListAsync);
    }

    private static async Task CreateAsync(MlflowCall call)
    {
        var key = Key(call.Request);
        if (key.ResourceType != Scorer)
        {
            throw MlflowRequest.Invalid($"Invalid value '{key.ResourceType}' for parameter 'resource_type' supplied. It must be {Scorer}");
        }

        await call.AnswerAsync("binding", await AiGatewayFields.Store(call).CreateBindingAsync(key, call.Request.NotEmpty("created_by"), call.Cancelled), Write);
    }

    private static async Task DeleteAsync(MlflowCall call)
    {
        await AiGatewayFields.Store(call).DeleteBindingAsync(Key(call.Request), call.Cancelled);
        await call.AnswerEmptyAsync();
    }

    private static async Task ListAsync(MlflowCall call)
    {
        var request = call.Request;
        await AiGatewayFields.AnswerListAsync(
            call,
            "bindings",
            await AiGatewayFields.Store(call).ListBindingsAsync(request.NotEmpty("endpoint_id"), request.NotEmpty("resource_type"), request.NotEmpty("resource_id"), call.Cancelled),
            Write);
    }

    private static GatewayBindingKey Key(MlflowRequest request) => new(request.Required("endpoint_id"), request.Required("resource_type"), request.Required("resource_id"));

    private static void Write(Utf8JsonWriter json, GatewayBinding binding)
    {
        json.WriteStartObject();
        json.WriteString("endpoint_id", binding.Key.EndpointId);
        json.WriteString("resource_type", binding.Key.ResourceType);
        json.WriteString("resource_id", binding.Key.ResourceId);
        json.WriteNumber("created_at", binding.CreatedAt);
        json.WriteNumber("last_updated_at", binding.LastUpdatedAt);
        TraceJson.Optional(json, "created_by", binding.CreatedBy);
        TraceJson.Optional(json, "last_updated_by", binding.LastUpdatedBy);
        TraceJson.Optional(json, "display_name", binding.DisplayName);
        json.WriteEndObject();
    }
}
