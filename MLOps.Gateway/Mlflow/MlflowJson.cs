using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using MLOps.Contracts.Experiments;
using MLOps.Contracts.Models;
using MLOps.Contracts.Runs;
using MLOps.Tracking;

namespace MLOps.Gateway.Mlflow;

/// <summary>Entities as MLflow's protocol writes them: snake_case, 64-bit integers as numbers, NaN as text, empty lists left out.</summary>
internal static class MlflowJson
{
    public static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private static readonly JsonEncodedText KeyName = JsonEncodedText.Encode("key");
    private static readonly JsonEncodedText ValueName = JsonEncodedText.Encode("value");
    private static readonly JsonEncodedText TimestampName = JsonEncodedText.Encode("timestamp");
    private static readonly JsonEncodedText StepName = JsonEncodedText.Encode("step");

    public static void Experiment(Utf8JsonWriter json, Experiment experiment)
    {
        json.WriteStartObject();
        json.WriteString("experiment_id", experiment.ExperimentId);
        json.WriteString("name", experiment.Name);
        json.WriteString("artifact_location", experiment.ArtifactLocation);
        json.WriteString("lifecycle_stage", Lifecycle(experiment.LifecycleStage));
        Number(json, "last_update_time", experiment.LastUpdateTime);
        Number(json, "creation_time", experiment.CreationTime);
        Pairs(json, "tags", experiment.Tags);
        json.WriteEndObject();
    }

    public static void Run(Utf8JsonWriter json, Run run) => Run(json, run, withOutputs: true);

    /// <summary>A run as its creation answers it: MLflow leaves the outputs out there.</summary>
    public static void NewRun(Utf8JsonWriter json, Run run) => Run(json, run, withOutputs: false);

    private static void Run(Utf8JsonWriter json, Run run, bool withOutputs)
    {
        json.WriteStartObject();
        json.WritePropertyName("info");
        RunInfo(json, run.Info);
        json.WriteStartObject("data");
        if (run.Metrics.Count > 0)
        {
            json.WriteStartArray("metrics");
            foreach (var metric in run.Metrics)
            {
                Metric(json, metric);
            }

            json.WriteEndArray();
        }

        Pairs(json, "params", run.Params);
        Pairs(json, "tags", run.Tags);
        json.WriteEndObject();
        json.WriteStartObject("inputs");
        if (run.Inputs.Count > 0)
        {
            json.WriteStartArray("dataset_inputs");
            foreach (var input in run.Inputs)
            {
                Input(json, input);
            }

            json.WriteEndArray();
        }

        if (run.ModelInputs.Count > 0)
        {
            json.WriteStartArray("model_inputs");
            foreach (var model in run.ModelInputs)
            {
                json.WriteStartObject();
                json.WriteString("model_id", model);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
        if (withOutputs)
        {
            Outputs(json, run.ModelOutputs);
        }

        json.WriteEndObject();
    }

    private static void Outputs(Utf8JsonWriter json, IReadOnlyList<ModelOutput> models)
    {
        json.WriteStartObject("outputs");
        if (models.Count > 0)
        {
            json.WriteStartArray("model_outputs");
            foreach (var model in models)
            {
                json.WriteStartObject();
                json.WriteString("model_id", model.ModelId);
                json.WriteNumber("step", model.Step);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    public static void RunInfo(Utf8JsonWriter json, RunInfo info)
    {
        json.WriteStartObject();
        json.WriteString("run_uuid", info.RunId);
        json.WriteString("experiment_id", info.ExperimentId);
        json.WriteString("run_name", info.RunName);
        json.WriteString("user_id", info.UserId);
        json.WriteString("status", info.Status.ToString().ToUpperInvariant());
        Number(json, "start_time", info.StartTime);
        Number(json, "end_time", info.EndTime);
        json.WriteString("artifact_uri", info.ArtifactUri);
        json.WriteString("lifecycle_stage", Lifecycle(info.LifecycleStage));
        json.WriteString("run_id", info.RunId);
        json.WriteEndObject();
    }

    public static void Metric(Utf8JsonWriter json, Metric metric)
    {
        // A search answers with a hundred thousand of them: in one piece where nothing has to be escaped.
        Span<byte> text = stackalloc byte[MetricText.MaxBytes];
        if (MetricText.TryWrite(text, metric, out var written))
        {
            json.WriteRawValue(text[..written], skipInputValidation: true);
            return;
        }

        json.WriteStartObject();
        MetricFields(json, metric);
        json.WriteEndObject();
    }

    /// <summary>A value in a list of several runs' values.</summary>
    public static void RunMetric(Utf8JsonWriter json, Metric metric, string runId)
    {
        json.WriteStartObject();
        MetricFields(json, metric);
        json.WriteString("run_id", runId);
        json.WriteEndObject();
    }

    public static void ModelMetric(Utf8JsonWriter json, ModelMetric metric)
    {
        json.WriteStartObject();
        MetricFields(json, new Metric(metric.Key, metric.Value, metric.Timestamp, metric.Step));
        if (metric.DatasetName is not null)
        {
            json.WriteString("dataset_name", metric.DatasetName);
        }

        if (metric.DatasetDigest is not null)
        {
            json.WriteString("dataset_digest", metric.DatasetDigest);
        }

        json.WriteString("model_id", metric.ModelId);
        json.WriteString("run_id", metric.RunId);
        json.WriteEndObject();
    }

    private static void MetricFields(Utf8JsonWriter json, Metric metric)
    {
        json.WriteString(KeyName, metric.Key);
        if (double.IsNaN(metric.Value))
        {
            json.WriteString(ValueName, "NaN");
        }
        else
        {
            json.WriteNumber(ValueName, metric.Value);
        }

        json.WriteNumber(TimestampName, metric.Timestamp);
        json.WriteNumber(StepName, metric.Step);
    }

    public static void Model(Utf8JsonWriter json, RegisteredModel model)
    {
        json.WriteStartObject();
        json.WriteString("name", model.Name);
        json.WriteNumber("creation_timestamp", model.CreationTime);
        json.WriteNumber("last_updated_timestamp", model.LastUpdatedTime);
        if (model.Description is { Length: > 0 })
        {
            json.WriteString("description", model.Description);
        }

        Versions(json, "latest_versions", model.LatestVersions);
        Pairs(json, "tags", model.Tags);
        if (model.Aliases.Count > 0)
        {
            json.WriteStartArray("aliases");
            foreach (var alias in model.Aliases)
            {
                json.WriteStartObject();
                json.WriteString("alias", alias.Alias);
                json.WriteString("version", alias.Version.ToString(CultureInfo.InvariantCulture));
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    public static void Versions(Utf8JsonWriter json, string name, IReadOnlyList<ModelVersion> versions)
    {
        if (versions.Count == 0)
        {
            return;
        }

        json.WriteStartArray(name);
        foreach (var version in versions)
        {
            Version(json, version);
        }

        json.WriteEndArray();
    }

    public static void Version(Utf8JsonWriter json, ModelVersion version)
    {
        json.WriteStartObject();
        json.WriteString("name", version.Name);
        json.WriteString("version", version.Version.ToString(CultureInfo.InvariantCulture));
        json.WriteNumber("creation_timestamp", version.CreationTime);
        json.WriteNumber("last_updated_timestamp", version.LastUpdatedTime);
        if (version.UserId is not null)
        {
            json.WriteString("user_id", version.UserId);
        }

        json.WriteString("current_stage", version.Stage.ToString());
        if (version.Description is not null)
        {
            json.WriteString("description", version.Description);
        }

        json.WriteString("source", version.Source);
        json.WriteString("run_id", version.RunId ?? string.Empty);
        json.WriteString("status", version.Status);
        if (version.StatusMessage is not null)
        {
            json.WriteString("status_message", version.StatusMessage);
        }

        Pairs(json, "tags", version.Tags);
        json.WriteString("run_link", version.RunLink ?? string.Empty);
        if (version.Aliases.Count > 0)
        {
            json.WriteStartArray("aliases");
            foreach (var alias in version.Aliases)
            {
                json.WriteStringValue(alias);
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    public static void Pairs(Utf8JsonWriter json, string name, IReadOnlyList<KeyValue> pairs)
    {
        if (pairs.Count == 0)
        {
            return;
        }

        json.WriteStartArray(name);
        foreach (var pair in pairs)
        {
            json.WriteStartObject();
            json.WriteString("key", pair.Key);
            json.WriteString("value", pair.Value);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>A list of texts; an empty one is left out.</summary>
    public static void Texts(Utf8JsonWriter json, string name, IReadOnlyList<string> texts)
    {
        if (texts.Count == 0)
        {
            return;
        }

        json.WriteStartArray(name);
        foreach (var text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }

    /// <summary>A page of things under one name, with the token when there is more.</summary>
    public static void Page<T>(Utf8JsonWriter json, string name, Page<T> page, Action<Utf8JsonWriter, T> write)
    {
        json.WriteStartObject();
        if (page.Items.Count > 0)
        {
            json.WriteStartArray(name);
            foreach (var item in page.Items)
            {
                write(json, item);
            }

            json.WriteEndArray();
        }

        if (page.NextPageToken is not null)
        {
            json.WriteString("next_page_token", page.NextPageToken);
        }

        json.WriteEndObject();
    }

    /// <param name="json">Where to.</param>
    /// <param name="entry">The file or directory.</param>
    /// <param name="path">How the answer names it.</param>
    public static void File(Utf8JsonWriter json, ArtifactEntry entry, string path)
    {
        json.WriteStartObject();
        json.WriteString("path", path);
        json.WriteBoolean("is_dir", entry.IsDirectory);
        Number(json, "file_size", entry.Size);
        json.WriteEndObject();
    }

    private static void Input(Utf8JsonWriter json, DatasetInput input)
    {
        json.WriteStartObject();
        Pairs(json, "tags", input.Tags);
        json.WriteStartObject("dataset");
        json.WriteString("name", input.Name);
        json.WriteString("digest", input.Digest);
        json.WriteString("source_type", input.SourceType);
        json.WriteString("source", input.Source);
        if (input.Schema is not null)
        {
            json.WriteString("schema", input.Schema);
        }

        if (input.Profile is not null)
        {
            json.WriteString("profile", input.Profile);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Number(Utf8JsonWriter json, string name, long? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
    }

    public static string Lifecycle(LifecycleStage stage) => stage == LifecycleStage.Deleted ? "deleted" : "active";
}
