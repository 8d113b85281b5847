using System.Text.Json;
using Microsoft.AspNetCore.Http;
using MLOps.Contracts.Experiments;
using MLOps.Tracking.AiGateway;

namespace MLOps.Gateway.Mlflow;

/// <summary><c>3.0/mlflow/gateway/endpoints/*</c>: the gateway's endpoints, their models and their tags.</summary>
internal static class AiGatewayEndpointRoutes
{
    private const string Endpoints = AiGatewayFields.Prefix + "endpoints/";

    public static void Map(MlflowRoutes routes)
    {
        routes.Traced(HttpMethods.Post, Endpoints + "create", CreateAsync);
        routes.Traced(HttpMethods.Get, Endpoints + "get", GetAsync);
        routes.Traced(HttpMethods.Post, Endpoints + "update", UpdateAsync);
        routes.Traced(HttpMethods.Delete, Endpoints + "delete", DeleteAsync);
        routes.Traced(HttpMethods.Get, Endpoints + "list", ListAsync);
        routes.Traced(HttpMethods.Post, Endpoints + "models/attach", AttachAsync);
        routes.Traced(HttpMethods.Post, Endpoints + "models/detach", DetachAsync);
        routes.Traced(HttpMethods.Post, Endpoints + "set-tag", SetTagAsync);
        routes.Traced(HttpMethods.Delete, Endpoints + "delete-tag", DeleteTagAsync);
    }

    private static async Task CreateAsync(MlflowCall call)
    {
        var request = call.Request;
        var name = Name(request.Required("name"));
        var models = AiGatewayFields.Uses(request, "model_configs");
        if (models.Count == 0)
        {
            throw MlflowRequest.Missing("model_configs");
        }

        await AnswerAsync(call, await AiGatewayFields.Store(call).CreateEndpointAsync(
            new CreateGatewayEndpoint(
                name,
                models,
                RoutingStrategy(request),
                Fallback(request),
                request.NotEmpty("experiment_id"),
                UsageTracking(request) ?? true,
                request.NotEmpty("created_by")),
            call.Cancelled));
    }

    private static async Task GetAsync(MlflowCall call) => await AnswerAsync(call, await AiGatewayFields.Store(call).GetEndpointAsync(
        GatewayKey.Of("endpoint_id", call.Request.NotEmpty("endpoint_id"), "name", call.Request.NotEmpty("name")),
        call.Cancelled));

    private static async Task UpdateAsync(MlflowCall call)
    {
        var request = call.Request;
        var models = AiGatewayFields.Uses(request, "model_configs");
        await AnswerAsync(call, await AiGatewayFields.Store(call).UpdateEndpointAsync(
            Id(request),
            new UpdateGatewayEndpoint(
                request.NotEmpty("name") is { } name ? Name(name) : null,
                models.Count == 0 ? null : models,
                RoutingStrategy(request),
                Fallback(request),
                request.NotEmpty("experiment_id"),
                UsageTracking(request),
                request.NotEmpty("updated_by")),
            call.Cancelled));
    }

    private static async Task DeleteAsync(MlflowCall call)
    {
        await AiGatewayFields.Store(call).DeleteEndpointAsync(Id(call.Request), call.Cancelled);
        await call.AnswerEmptyAsync();
    }

    private static async Task ListAsync(MlflowCall call) => await AiGatewayFields.AnswerListAsync(
        call,
        "endpoints",
        await AiGatewayFields.Store(call).ListEndpointsAsync(call.Request.NotEmpty("provider"), call.Request.NotEmpty("secret_id"), call.Cancelled),
        Write);

    private static async Task AttachAsync(MlflowCall call)
    {
        var request = call.Request;
        var config = request.Element("model_config", null);
        var link = await AiGatewayFields.Store(call).AttachModelAsync(
            Id(request),
            config.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null ? throw MlflowRequest.Missing("model_config") : AiGatewayFields.Use(config, "model_config"),
            request.NotEmpty("created_by"),
            call.Cancelled);
        await call.AnswerAsync("mapping", link, Write);
    }

    private static async Task DetachAsync(MlflowCall call)
    {
        await AiGatewayFields.Store(call).DetachModelAsync(Id(call.Request), call.Request.Required("model_definition_id"), call.Cancelled);
        await call.AnswerEmptyAsync();
    }

    private static async Task SetTagAsync(MlflowCall call)
    {
        var request = call.Request;
        await AiGatewayFields.Store(call).SetEndpointTagAsync(Id(request), new KeyValue(request.Required("key"), request.Text("value") ?? string.Empty), call.Cancelled);
        await call.AnswerEmptyAsync();
    }

    private static async Task DeleteTagAsync(MlflowCall call)
    {
        await AiGatewayFields.Store(call).DeleteEndpointTagAsync(Id(call.Request), call.Request.Required("key"), call.Cancelled);
        await call.AnswerEmptyAsync();
    }

    private static string Id(MlflowRequest request) => request.Required("endpoint_id");

    private static string Name(string name) => name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.')
        ? name
        : throw MlflowRequest.Invalid($"Invalid endpoint name '{name}'. Name can only contain letters, numbers, underscores, hyphens, and dots.");

    private static string? RoutingStrategy(MlflowRequest request) =>
        AiGatewayFields.Named(request.Element("routing_strategy", null), "routing_strategy", "REQUEST_BASED_TRAFFIC_SPLIT");

    private static GatewayFallback? Fallback(MlflowRequest request) => request.Element("fallback_config", null) switch
    {
        { ValueKind: JsonValueKind.Undefined or JsonValueKind.Null } => null,
        { ValueKind: JsonValueKind.Object } config => new GatewayFallback(
            AiGatewayFields.Named(MlflowRequest.Property(config, "strategy"), "fallback_config.strategy", "SEQUENTIAL"),
            AiGatewayFields.Int(MlflowRequest.Property(config, "max_attempts"), "fallback_config.max_attempts")),
        var other => throw MlflowRequest.WrongType("fallback_config", other),
    };

    private static bool? UsageTracking(MlflowRequest request) =>
        request.Element("usage_tracking", null).ValueKind is JsonValueKind.Undefined or JsonValueKind.Null ? null : request.Flag("usage_tracking");

    private static Task AnswerAsync(MlflowCall call, GatewayEndpoint endpoint) => call.AnswerAsync("endpoint", endpoint, Write);

    private static void Write(Utf8JsonWriter json, GatewayEndpoint endpoint)
    {
        json.WriteStartObject();
        json.WriteString("endpoint_id", endpoint.EndpointId);
        json.WriteString("name", endpoint.Name ?? string.Empty);
        json.WriteNumber("created_at", endpoint.CreatedAt);
        json.WriteNumber("last_updated_at", endpoint.LastUpdatedAt);
        if (endpoint.Models.Count > 0)
        {
            json.WriteStartArray("model_mappings");
            foreach (var link in endpoint.Models)
            {
                Write(json, link);
            }

            json.WriteEndArray();
        }

        json.WriteString("created_by", endpoint.CreatedBy ?? string.Empty);
        json.WriteString("last_updated_by", endpoint.LastUpdatedBy ?? string.Empty);
        MlflowJson.Pairs(json, "tags", endpoint.Tags);
        TraceJson.Optional(json, "routing_strategy", endpoint.RoutingStrategy);
        if (endpoint.Fallback is { } fallback)
        {
            json.WriteStartObject("fallback_config");
            TraceJson.Optional(json, "strategy", fallback.Strategy);
            if (fallback.MaxAttempts is { } attempts)
            {
                json.WriteNumber("max_attempts", attempts);
            }

            json.WriteEndObject();
        }

        TraceJson.Optional(json, "experiment_id", endpoint.ExperimentId);
        json.WriteBoolean("usage_tracking", endpoint.UsageTracking);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, GatewayModelLink link)
    {
        json.WriteStartObject();
        json.WriteString("mapping_id", link.LinkId);
        json.WriteString("endpoint_id", link.EndpointId);
        json.WriteString("model_definition_id", link.Model.ModelId);
        json.WritePropertyName("model_definition");
        AiGatewayModelRoutes.Write(json, link.Model);
        json.WriteNumber("weight", link.Use.Weight);
        json.WriteNumber("created_at", link.CreatedAt);
        TraceJson.Optional(json, "created_by", link.CreatedBy);
        json.WriteString("linkage_type", link.Use.Linkage);
        if (link.Use.FallbackOrder is { } order)
        {
            json.WriteNumber("fallback_order", order);
        }

        json.WriteEndObject();
    }
}
