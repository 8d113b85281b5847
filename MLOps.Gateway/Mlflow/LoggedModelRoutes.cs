using System.Text.Json;
using MLOps.Contracts.Runs;
using MLOps.Tracking;

namespace MLOps.Gateway.Mlflow;

/// <summary><c>logged-models/search</c>: MLflow 3's client looks here before it downloads a run's artifacts.</summary>
internal static class LoggedModelRoutes
{
    private const int DefaultSearch = 100;

    public static void Map(MlflowRoutes routes) => routes.Post("logged-models/search", SearchAsync);

    private static async Task SearchAsync(MlflowCall call)
    {
        var request = call.Request;
        var page = await call.Tracking.SearchLoggedModelsAsync(
            new SearchLoggedModels(
                request.Texts("experiment_ids"),
                request.Text("filter"),
                [.. request.Items("order_by").Select(by => new FieldOrder(
                    MlflowRequest.Text(by, "field_name", "order_by.field_name") ?? throw MlflowRequest.Missing("order_by.field_name"),
                    MlflowRequest.Property(by, "ascending").ValueKind != JsonValueKind.False))],
                MlflowRules.MaxResults(request, DefaultSearch, DefaultSearch),
                request.Text("page_token")),
            call.Cancelled);
        await call.AnswerAsync(json => MlflowJson.Page(json, "models", page, Write));
    }

    private static void Write(Utf8JsonWriter json, LoggedModel model)
    {
        json.WriteStartObject();
        json.WriteStartObject("info");
        json.WriteString("model_id", model.ModelId);
        json.WriteString("experiment_id", model.ExperimentId);
        json.WriteString("name", model.Name);
        json.WriteNumber("creation_timestamp_ms", model.CreationTime);
        json.WriteNumber("last_updated_timestamp_ms", model.LastUpdatedTime);
        json.WriteString("artifact_uri", model.ArtifactUri);
        json.WriteString("status", model.Status switch
        {
            1 => "LOGGED_MODEL_PENDING",
            2 => "LOGGED_MODEL_READY",
            3 => "LOGGED_MODEL_UPLOAD_FAILED",
            _ => "LOGGED_MODEL_STATUS_UNSPECIFIED",
        });
        if (model.ModelType is not null)
        {
            json.WriteString("model_type", model.ModelType);
        }

        if (model.SourceRunId is not null)
        {
            json.WriteString("source_run_id", model.SourceRunId);
        }

        MlflowJson.Pairs(json, "tags", model.Tags);
        json.WriteEndObject();
        json.WriteStartObject("data");
        MlflowJson.Pairs(json, "params", model.Params);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
