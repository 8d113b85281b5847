using System.Text.Json;
using Microsoft.AspNetCore.Http;
using MLOps.Contracts.Problems;
using MLOps.Tracking.AiGateway;

namespace MLOps.Gateway.Mlflow;

/// <summary><c>3.0/mlflow/gateway/model-definitions/*</c>.</summary>
internal static class AiGatewayModelRoutes
{
    private const string Models = AiGatewayFields.Prefix + "model-definitions/";

    public static void Map(MlflowRoutes routes)
    {
        routes.Traced(HttpMethods.Post, Models + "create", CreateAsync);
        routes.Traced(HttpMethods.Get, Models + "get", GetAsync);
        routes.Traced(HttpMethods.Get, Models + "list", ListAsync);
        routes.Traced(HttpMethods.Post, Models + "update", UpdateAsync);
        routes.Traced(HttpMethods.Delete, Models + "delete", DeleteAsync);
    }

    public static void Write(Utf8JsonWriter json, GatewayModel model)
    {
        json.WriteStartObject();
        json.WriteString("model_definition_id", model.ModelId);
        json.WriteString("name", model.Name);
        TraceJson.Optional(json, "secret_id", model.SecretId);
        TraceJson.Optional(json, "secret_name", model.SecretName);
        json.WriteString("provider", model.Provider);
        json.WriteString("model_name", model.ModelName);
        json.WriteNumber("created_at", model.CreatedAt);
        json.WriteNumber("last_updated_at", model.LastUpdatedAt);
        TraceJson.Optional(json, "created_by", model.CreatedBy);
        TraceJson.Optional(json, "last_updated_by", model.LastUpdatedBy);
        json.WriteEndObject();
    }

    private static async Task CreateAsync(MlflowCall call)
    {
        var request = call.Request;
        await AnswerAsync(call, await AiGatewayFields.Store(call).CreateModelAsync(
            new CreateGatewayModel(
                request.Required("name"),
                request.Required("secret_id"),
                request.Required("provider"),
                request.Required("model_name"),
                request.NotEmpty("created_by")),
            call.Cancelled));
    }

    private static async Task GetAsync(MlflowCall call) =>
        await AnswerAsync(call, await AiGatewayFields.Store(call).GetModelAsync(GatewayKey.Id(Id(call)), call.Cancelled));

    private static async Task ListAsync(MlflowCall call) => await AiGatewayFields.AnswerListAsync(
        call,
        "model_definitions",
        await AiGatewayFields.Store(call).ListModelsAsync(call.Request.NotEmpty("provider"), call.Request.NotEmpty("secret_id"), call.Cancelled),
        Write);

    private static async Task UpdateAsync(MlflowCall call)
    {
        var request = call.Request;
        await AnswerAsync(call, await AiGatewayFields.Store(call).UpdateModelAsync(
            Id(call),
            new UpdateGatewayModel(
                request.NotEmpty("name"),
                request.NotEmpty("secret_id"),
                request.NotEmpty("provider"),
                request.NotEmpty("model_name"),
                request.NotEmpty("updated_by")),
            call.Cancelled));
    }

    private static async Task DeleteAsync(MlflowCall call)
    {
        try
        {
            await AiGatewayFields.Store(call).DeleteModelAsync(Id(call), call.Cancelled);
        }
        catch (MLOpsException exception) when (exception.Code == ProblemCode.InvalidState)
        {
            // MLflow answers INVALID_STATE with 500, which its clients try again.
            await MlflowErrors.WriteAsync(call.Http.Response, StatusCodes.Status400BadRequest, "INVALID_STATE", exception.Message);
            return;
        }

        await call.AnswerEmptyAsync();
    }

    private static string Id(MlflowCall call) => call.Request.Required("model_definition_id");

    private static Task AnswerAsync(MlflowCall call, GatewayModel model) => call.AnswerAsync("model_definition", model, Write);
}
