using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using MLOps.Gateway.AiGateway;
using MLOps.Tracking;

namespace MLOps.Gateway.Mlflow;

/// <summary>What MLflow's page offers when a secret or a model is made: providers, what their secrets consist of, and common models.</summary>
internal static class AiGatewayProviderRoutes
{
    public static void Map(MlflowRoutes routes)
    {
        routes.Traced(HttpMethods.Get, AiGatewayFields.Prefix + "supported-providers", ListProvidersAsync);
        routes.Traced(HttpMethods.Get, AiGatewayFields.Prefix + "supported-models", ListModelsAsync);
        routes.Traced(HttpMethods.Get, AiGatewayFields.Prefix + "provider-config", GetConfigAsync);
    }

    private static Task ListProvidersAsync(MlflowCall call) => call.AnswerAsync(json =>
    {
        json.WriteStartObject();
        json.WriteStartArray("providers");
        foreach (var provider in ProviderCatalog.Providers.Where(Allowed(call)))
        {
            json.WriteStringValue(provider);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    });

    private static Task ListModelsAsync(MlflowCall call)
    {
        var wanted = call.Request.NotEmpty("provider");
        var allowed = Allowed(call);
        return call.AnswerAsync(json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("models");
            foreach (var model in ProviderCatalog.Models.Where(model => (wanted is null || model.Provider == wanted) && allowed(model.Provider)))
            {
                Write(json, model);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    private static Task GetConfigAsync(MlflowCall call)
    {
        var provider = call.Request.NotEmpty("provider") ?? throw MlflowRequest.Invalid("Provider parameter is required");
        if (!Allowed(call)(provider))
        {
            throw MlflowRequest.Invalid($"Provider '{provider}' is not allowed by the current gateway provider policy.");
        }

        var modes = ProviderCatalog.AuthModes(provider);
        return call.AnswerAsync(json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("auth_modes");
            foreach (var mode in modes)
            {
                json.WriteStartObject();
                json.WriteString("mode", mode.Mode);
                json.WriteString("display_name", mode.DisplayName);
                json.WriteString("description", mode.Description);
                Write(json, "secret_fields", mode.Fields.Where(field => field.IsSecret));
                Write(json, "config_fields", mode.Fields.Where(field => !field.IsSecret));
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteString("default_mode", modes[0].Mode);
            json.WriteEndObject();
        });
    }

    private static Func<string, bool> Allowed(MlflowCall call)
    {
        var names = call.Http.RequestServices.GetRequiredService<IOptions<AiGatewayOptions>>().Value.AllowedProviders?
            .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(ProviderCatalog.Normal)
            .ToHashSet();
        return provider => names is null or { Count: 0 } || names.Contains(ProviderCatalog.Normal(provider));
    }

    private static void Write(Utf8JsonWriter json, string name, IEnumerable<AuthField> fields)
    {
        json.WriteStartArray(name);
        foreach (var field in fields)
        {
            json.WriteStartObject();
            json.WriteString("name", field.Name);
            json.WriteString("type", "string");
            json.WriteString("description", field.Description);
            json.WriteBoolean("required", field.IsRequired);
            TraceJson.Optional(json, "default", field.Default);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, ProviderModel model)
    {
        json.WriteStartObject();
        json.WriteString("model", model.Name);
        json.WriteString("provider", model.Provider);
        json.WriteString("mode", model.IsEmbedding ? "embedding" : "chat");
        json.WriteBoolean("supports_function_calling", model.Can.HasFlag(ModelAbilities.Functions));
        json.WriteBoolean("supports_vision", model.Can.HasFlag(ModelAbilities.Vision));
        json.WriteBoolean("supports_reasoning", model.Can.HasFlag(ModelAbilities.Reasoning));
        json.WriteBoolean("supports_prompt_caching", model.Can.HasFlag(ModelAbilities.Caching));
        json.WriteBoolean("supports_response_schema", model.Can.HasFlag(ModelAbilities.Schema));
        foreach (var unknown in (ReadOnlySpan<string>)["max_input_tokens", "max_output_tokens", "input_cost_per_token", "output_cost_per_token", "deprecation_date", "last_updated_at"])
        {
            json.WriteNull(unknown);
        }

        json.WriteEndObject();
    }
}
