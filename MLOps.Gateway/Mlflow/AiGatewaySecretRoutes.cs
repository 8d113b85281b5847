using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using MLOps.Contracts.Problems;
using MLOps.Tracking;
using MLOps.Tracking.AiGateway;

namespace MLOps.Gateway.Mlflow;

/// <summary><c>3.0/mlflow/gateway/secrets/*</c>. Values are taken and never answered.</summary>
internal static class AiGatewaySecretRoutes
{
    private const string Secrets = AiGatewayFields.Prefix + "secrets/";

    public static void Map(MlflowRoutes routes)
    {
        routes.Traced(HttpMethods.Post, Secrets + "create", CreateAsync);
        routes.Traced(HttpMethods.Get, Secrets + "get", GetAsync);
        routes.Traced(HttpMethods.Post, Secrets + "update", UpdateAsync);
        routes.Traced(HttpMethods.Delete, Secrets + "delete", DeleteAsync);
        routes.Traced(HttpMethods.Get, Secrets + "list", ListAsync);
        routes.Traced(HttpMethods.Get, Secrets + "config", ConfigAsync);
    }

    private static async Task CreateAsync(MlflowCall call)
    {
        var request = call.Request;
        var name = request.Required("secret_name");
        if (request.Element("secret_value", null).ValueKind is JsonValueKind.Undefined or JsonValueKind.Null)
        {
            throw new MLOpsException(ProblemCode.InvalidArgument, "Missing value for required parameter 'secret_value'.");
        }

        await AnswerAsync(call, await AiGatewayFields.Store(call).CreateSecretAsync(
            new CreateGatewaySecret(
                name,
                AiGatewayFields.Map(request, "secret_value"),
                request.NotEmpty("provider"),
                AiGatewayFields.Map(request, "auth_config"),
                request.NotEmpty("created_by")),
            call.Cancelled));
    }

    private static async Task GetAsync(MlflowCall call) => await AnswerAsync(call, await AiGatewayFields.Store(call).GetSecretAsync(
        GatewayKey.Of("secret_id", call.Request.NotEmpty("secret_id"), "secret_name", call.Request.NotEmpty("secret_name")),
        call.Cancelled));

    private static async Task UpdateAsync(MlflowCall call)
    {
        var request = call.Request;
        await AnswerAsync(call, await AiGatewayFields.Store(call).UpdateSecretAsync(
            request.Required("secret_id"),
            new UpdateGatewaySecret(AiGatewayFields.Map(request, "secret_value"), AiGatewayFields.Map(request, "auth_config"), request.NotEmpty("updated_by")),
            call.Cancelled));
    }

    private static async Task DeleteAsync(MlflowCall call)
    {
        await AiGatewayFields.Store(call).DeleteSecretAsync(call.Request.Required("secret_id"), call.Cancelled);
        await call.AnswerEmptyAsync();
    }

    private static async Task ListAsync(MlflowCall call) =>
        await AiGatewayFields.AnswerListAsync(call, "secrets", await AiGatewayFields.Store(call).ListSecretsAsync(call.Request.NotEmpty("provider"), call.Cancelled), Write);

    /// <summary>MLflow's page asks the operator to set a passphrase when none is: the one that is made here is no other server's.</summary>
    private static Task ConfigAsync(MlflowCall call) => call.AnswerAsync(json =>
    {
        json.WriteStartObject();
        json.WriteBoolean("secrets_available", true);
        json.WriteBoolean("using_default_passphrase", call.Http.RequestServices.GetRequiredService<IOptions<AiGatewayOptions>>().Value.SecretPassphrase is null);
        json.WriteEndObject();
    });

    private static Task AnswerAsync(MlflowCall call, GatewaySecret secret) => call.AnswerAsync("secret", secret, Write);

    private static void Write(Utf8JsonWriter json, GatewaySecret secret)
    {
        json.WriteStartObject();
        json.WriteString("secret_id", secret.SecretId);
        json.WriteString("secret_name", secret.Name);
        AiGatewayFields.Map(json, "masked_values", secret.MaskedValues);
        json.WriteNumber("created_at", secret.CreatedAt);
        json.WriteNumber("last_updated_at", secret.LastUpdatedAt);
        TraceJson.Optional(json, "provider", secret.Provider);
        TraceJson.Optional(json, "created_by", secret.CreatedBy);
        TraceJson.Optional(json, "last_updated_by", secret.LastUpdatedBy);
        AiGatewayFields.Map(json, "auth_config", secret.AuthConfig);
        json.WriteEndObject();
    }
}
