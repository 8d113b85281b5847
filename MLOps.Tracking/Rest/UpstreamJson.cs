using System.Globalization;
using System.Text.Json;
using MLOps.Contracts.Experiments;
using MLOps.Contracts.Models;
using MLOps.Contracts.Runs;
using MLOps.Tracking.Models;
using MLOps.Tracking.Storage;

namespace MLOps.Tracking.Rest;

/// <summary>MLflow's entities, from its answers and into its requests.</summary>
internal static class UpstreamJson
{
    public static Experiment Experiment(JsonElement json) => new(
        json.Text("experiment_id"),
        json.OptionalText("name") ?? string.Empty,
        json.OptionalText("artifact_location") ?? string.Empty,
        Rows.Lifecycle(json.OptionalText("lifecycle_stage")),
        json.OptionalLong("creation_time"),
        json.OptionalLong("last_update_time"),
        json.Pairs("tags"));

    public static Run Run(JsonElement json)
    {
        var data = Part(json, "data");
        var inputs = Part(json, "inputs");
        return new Run(
            RunInfo(json.Object("info")),
            [.. data.Items("metrics").Select(Metric)],
            data.Pairs("params"),
            data.Pairs("tags"),
            [.. inputs.Items("dataset_inputs").Select(Input)])
        {
            ModelInputs = [.. inputs.Items("model_inputs").Select(model => model.Text("model_id"))],
            ModelOutputs = [.. Part(json, "outputs").Items("model_outputs").Select(model => new ModelOutput(model.Text("model_id"), model.OptionalLong("step") ?? 0))],
        };
    }

    public static RunInfo RunInfo(JsonElement json) => new(
        json.OptionalText("run_id") ?? json.Text("run_uuid"),
        json.Text("experiment_id"),
        json.OptionalText("run_name") ?? string.Empty,
        json.OptionalText("user_id") ?? string.Empty,
        Rows.Status(json.OptionalText("status")),
        json.OptionalLong("start_time"),
        json.OptionalLong("end_time"),
        json.OptionalText("artifact_uri") ?? string.Empty,
        Rows.Lifecycle(json.OptionalText("lifecycle_stage")));

    public static Metric Metric(JsonElement json) => new(json.Text("key"), json.Double("value"), json.OptionalLong("timestamp") ?? 0, json.OptionalLong("step") ?? 0);

    public static RegisteredModel Model(JsonElement json) => new(
        json.Text("name"),
        json.OptionalLong("creation_timestamp") ?? 0,
        json.OptionalLong("last_updated_timestamp") ?? 0,
        json.OptionalText("description"),
        [.. json.Items("latest_versions").Select(Version)],
        json.Pairs("tags"),
        [.. json.Items("aliases").Select(alias => new ModelAlias(alias.Text("alias"), Number(alias, "version")))]);

    public static ModelVersion Version(JsonElement json) => new(
        json.Text("name"),
        Number(json, "version"),
        json.OptionalLong("creation_timestamp") ?? 0,
        json.OptionalLong("last_updated_timestamp") ?? 0,
        json.OptionalText("user_id"),
        ModelVersionColumns.Stage(json.OptionalText("current_stage")),
        json.OptionalText("description"),
        json.OptionalText("source") ?? string.Empty,
        NotEmpty(json.OptionalText("run_id")),
        json.OptionalText("status") ?? "READY",
        json.OptionalText("status_message"),
        NotEmpty(json.OptionalText("run_link")),
        json.Pairs("tags"),
        [.. json.Items("aliases").Select(alias => alias.ValueKind == JsonValueKind.String ? alias.GetString()! : throw JsonFields.Missing("aliases"))]);

    public static LoggedModel LoggedModel(JsonElement json)
    {
        var info = json.Object("info");
        var data = Part(json, "data");
        return new LoggedModel(
            info.Text("model_id"),
            info.Text("experiment_id"),
            info.OptionalText("name") ?? string.Empty,
            info.OptionalText("artifact_uri") ?? string.Empty,
            info.OptionalLong("creation_timestamp_ms") ?? 0,
            info.OptionalLong("last_updated_timestamp_ms") ?? 0,
            info.OptionalText("status") switch
            {
                "LOGGED_MODEL_PENDING" => LoggedModelStatus.Pending,
                "LOGGED_MODEL_READY" => LoggedModelStatus.Ready,
                "LOGGED_MODEL_UPLOAD_FAILED" => LoggedModelStatus.UploadFailed,
                _ => LoggedModelStatus.Unspecified,
            },
            info.OptionalText("model_type"),
            info.OptionalText("source_run_id"),
            data.Pairs("params"),
            info.Pairs("tags"),
            [.. data.Items("metrics").Select(ModelMetric)]);
    }

    public static string Status(LoggedModelStatus status) => status switch
    {
        LoggedModelStatus.Pending => "LOGGED_MODEL_PENDING",
        LoggedModelStatus.Ready => "LOGGED_MODEL_READY",
        LoggedModelStatus.UploadFailed => "LOGGED_MODEL_UPLOAD_FAILED",
        _ => "LOGGED_MODEL_STATUS_UNSPECIFIED",
    };

    public static string View(ViewType view) => view switch
    {
        ViewType.DeletedOnly => "DELETED_ONLY",
        ViewType.All => "ALL",
        _ => "ACTIVE_ONLY",
    };

    public static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    public static void OptionalText(this Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }

    public static void OptionalNumber(this Utf8JsonWriter json, string name, long? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
    }

    public static void Texts(this Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }

    /// <summary>A list of objects.</summary>
    public static void List<T>(this Utf8JsonWriter json, string name, IEnumerable<T> items, Action<Utf8JsonWriter, T> fields)
    {
        json.WriteStartArray(name);
        foreach (var item in items)
        {
            json.WriteStartObject();
            fields(json, item);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    public static void Pairs(this Utf8JsonWriter json, string name, IEnumerable<KeyValue> pairs) => json.List(name, pairs, Pair);

    public static void Pair(Utf8JsonWriter json, KeyValue pair)
    {
        json.WriteString("key", pair.Key);
        json.WriteString("value", pair.Value);
    }

    public static void Metric(Utf8JsonWriter json, Metric metric)
    {
        json.WriteString("key", metric.Key);
        if (double.IsFinite(metric.Value))
        {
            json.WriteNumber("value", metric.Value);
        }
        else
        {
            json.WriteString("value", double.IsNaN(metric.Value) ? "NaN" : metric.Value > 0 ? "Infinity" : "-Infinity");
        }

        json.WriteNumber("timestamp", metric.Timestamp);
        json.WriteNumber("step", metric.Step);
    }

    public static void Input(Utf8JsonWriter json, DatasetInput input)
    {
        json.Pairs("tags", input.Tags);
        json.WriteStartObject("dataset");
        json.WriteString("name", input.Name);
        json.WriteString("digest", input.Digest);
        json.WriteString("source_type", input.SourceType);
        json.WriteString("source", input.Source);
        json.OptionalText("schema", input.Schema);
        json.OptionalText("profile", input.Profile);
        json.WriteEndObject();
    }

    private static DatasetInput Input(JsonElement json)
    {
        var dataset = json.Object("dataset");
        return new DatasetInput(
            dataset.Text("name"),
            dataset.OptionalText("digest") ?? string.Empty,
            dataset.OptionalText("source_type") ?? string.Empty,
            dataset.OptionalText("source") ?? string.Empty,
            dataset.OptionalText("schema"),
            dataset.OptionalText("profile"),
            json.Pairs("tags"));
    }

    private static ModelMetric ModelMetric(JsonElement json) => new(
        json.Text("model_id"),
        json.Text("key"),
        json.Double("value"),
        json.OptionalLong("timestamp") ?? 0,
        json.OptionalLong("step") ?? 0,
        json.OptionalText("dataset_name"),
        json.OptionalText("dataset_digest"),
        json.OptionalText("run_id"));

    private static readonly JsonElement Nothing = JsonDocument.Parse("{}").RootElement.Clone();

    /// <summary>A part that is left out is an empty one.</summary>
    private static JsonElement Part(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var part) ? part : Nothing;

    /// <summary>A version number, which the protocol has as text.</summary>
    private static int Number(JsonElement json, string name) =>
        json.OptionalLong(name) is { } number and >= int.MinValue and <= int.MaxValue ? (int)number : throw JsonFields.Missing(name);

    private static string? NotEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
