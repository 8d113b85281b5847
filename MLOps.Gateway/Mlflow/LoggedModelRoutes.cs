using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using MLOps.Contracts.Runs;
using MLOps.Tracking;

namespace MLOps.Gateway.Mlflow;

/// <summary><c>logged-models/*</c>: MLflow 3's models between a run and the registry.</summary>
internal static class LoggedModelRoutes
{
    private static readonly SearchValues<char> NotInNames = SearchValues.Create("/:.%\"'");
    private const int DefaultSearch = 100;
    private const int MaxTagKey = 250;
    private const int MaxTagValue = 8000;

    public static void Map(MlflowRoutes routes)
    {
        routes.Post("logged-models", CreateAsync);
        routes.Post("logged-models/search", SearchAsync);
        routes.Get("logged-models/{model_id}", GetAsync);
        routes.Patch("logged-models/{model_id}", FinalizeAsync);
        routes.Delete("logged-models/{model_id}", DeleteAsync);
        routes.Post("logged-models/{model_id}/params", LogParamsAsync);
        routes.Patch("logged-models/{model_id}/tags", SetTagsAsync);
        routes.Delete("logged-models/{model_id}/tags/{tag_key}", DeleteTagAsync);
        routes.Get("logged-models/{model_id}/artifacts/directories", ListAsync);
        routes.Raw(HttpMethods.Get, "/2.0/mlflow/logged-models/{model_id}/artifacts/files", DownloadAsync);
    }

    private static string ModelId(MlflowCall call) => (string)call.Http.Request.RouteValues["model_id"]!;

    private static async Task CreateAsync(MlflowCall call)
    {
        var request = call.Request;
        var experiment = request.Required("experiment_id");
        var name = request.Text("name");
        if (name is not null && (name.Length == 0 || name.AsSpan().ContainsAny(NotInNames)))
        {
            throw MlflowRequest.Invalid($"Invalid model name ('{name}') provided. Model name must be a non-empty string and cannot contain the following characters: ('/', ':', '.', '%', '\"', \"'\")");
        }

        var model = await call.LoggedModels.CreateLoggedModelAsync(
            new CreateLoggedModel(experiment, name, request.Text("model_type"), request.Text("source_run_id"), request.Pairs("params"), Tags(request)),
            call.Cancelled);
        await call.AnswerAsync("model", model, Write);
    }

    private static async Task GetAsync(MlflowCall call) =>
        await call.AnswerAsync("model", await call.LoggedModels.GetLoggedModelAsync(ModelId(call), call.Cancelled), Write);

    private static async Task FinalizeAsync(MlflowCall call)
    {
        // The client repeats the id in the body, and MLflow insists.
        call.Request.Required("model_id");
        var status = call.Request.Element("status", null) switch
        {
            { ValueKind: JsonValueKind.String } text => text.GetString() switch
            {
                "LOGGED_MODEL_PENDING" => LoggedModelStatus.Pending,
                "LOGGED_MODEL_READY" => LoggedModelStatus.Ready,
                "LOGGED_MODEL_UPLOAD_FAILED" => LoggedModelStatus.UploadFailed,
                _ => throw MlflowRequest.WrongType("status", text),
            },
            { ValueKind: JsonValueKind.Number } number when number.TryGetInt32(out var value) && value is >= 1 and <= 3 => (LoggedModelStatus)value,
            { ValueKind: JsonValueKind.Undefined or JsonValueKind.Null } => throw MlflowRequest.Missing("status"),
            var other => throw MlflowRequest.WrongType("status", other),
        };
        await call.AnswerAsync("model", await call.LoggedModels.FinalizeLoggedModelAsync(ModelId(call), status, call.Cancelled), Write);
    }

    private static async Task DeleteAsync(MlflowCall call)
    {
        await call.LoggedModels.DeleteLoggedModelAsync(ModelId(call), call.Cancelled);
        await call.AnswerEmptyAsync();
    }

    private static async Task LogParamsAsync(MlflowCall call)
    {
        call.Request.Required("model_id");
        await call.LoggedModels.LogLoggedModelParamsAsync(ModelId(call), call.Request.Pairs("params"), call.Cancelled);
        await call.AnswerEmptyAsync();
    }

    private static async Task SetTagsAsync(MlflowCall call)
    {
        await call.LoggedModels.SetLoggedModelTagsAsync(ModelId(call), Tags(call.Request), call.Cancelled);
        await call.AnswerEmptyAsync();
    }

    private static async Task DeleteTagAsync(MlflowCall call)
    {
        await call.LoggedModels.DeleteLoggedModelTagAsync(ModelId(call), (string)call.Http.Request.RouteValues["tag_key"]!, call.Cancelled);
        await call.AnswerEmptyAsync();
    }

    private static async Task ListAsync(MlflowCall call)
    {
        var path = call.Request.Text("artifact_directory_path") ?? string.Empty;
        var model = await call.LoggedModels.GetLoggedModelAsync(ModelId(call), call.Cancelled);
        await ArtifactRoutes.AnswerListingAsync(call, model.ArtifactUri, path);
    }

    private static async Task DownloadAsync(MlflowCall call)
    {
        var path = call.Http.Request.Query["artifact_file_path"] is [{ Length: > 0 } given, ..] ? given : throw MlflowRequest.Missing("artifact_file_path");
        var model = await call.LoggedModels.GetLoggedModelAsync(ModelId(call), call.Cancelled);
        await ArtifactRoutes.AnswerFileAsync(call, model.ArtifactUri, path);
    }

    private static async Task SearchAsync(MlflowCall call)
    {
        var request = call.Request;
        var page = await call.LoggedModels.SearchLoggedModelsAsync(
            new SearchLoggedModels(
                request.Texts("experiment_ids"),
                request.Text("filter"),
                [.. request.Items("datasets").Select((item, index) => Dataset(item, $"datasets[{index}]") ?? throw MlflowRequest.Missing($"datasets[{index}].dataset_name"))],
                [.. request.Items("order_by").Select((by, index) => new LoggedModelOrder(
                    MlflowRequest.Text(by, "field_name", $"order_by[{index}].field_name") ?? throw MlflowRequest.Missing($"order_by[{index}].field_name"),
                    MlflowRequest.Property(by, "ascending").ValueKind != JsonValueKind.False,
                    Dataset(by, $"order_by[{index}]")))],
                MaxResults(request),
                request.Text("page_token")),
            call.Cancelled);
        await call.AnswerAsync(json => MlflowJson.Page(json, "models", page, Write));
    }

    /// <summary>MLflow takes 0 for nothing said, and has no upper limit here.</summary>
    private static int MaxResults(MlflowRequest request) =>
        request.Long("max_results") is 0 ? DefaultSearch : MlflowRules.MaxResults(request, DefaultSearch, int.MaxValue);

    private static DatasetKey? Dataset(JsonElement item, string path) => MlflowRequest.Text(item, "dataset_name", path + ".dataset_name") is { Length: > 0 } name
        ? new DatasetKey(name, MlflowRequest.Text(item, "dataset_digest", path + ".dataset_digest"))
        : null;

    private static List<Contracts.Experiments.KeyValue> Tags(MlflowRequest request)
    {
        var tags = request.Pairs("tags");
        foreach (var tag in tags)
        {
            MlflowRules.MaxLength(tag.Key, "Logged model tag key", MaxTagKey);
            MlflowRules.MaxLength(tag.Value, "Logged model tag value", MaxTagValue);
        }

        return tags;
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
            LoggedModelStatus.Pending => "LOGGED_MODEL_PENDING",
            LoggedModelStatus.Ready => "LOGGED_MODEL_READY",
            LoggedModelStatus.UploadFailed => "LOGGED_MODEL_UPLOAD_FAILED",
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
        if (model.Metrics.Count > 0)
        {
            json.WriteStartArray("metrics");
            foreach (var metric in model.Metrics)
            {
                MlflowJson.ModelMetric(json, metric);
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }
}
