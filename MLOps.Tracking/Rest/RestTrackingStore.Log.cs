using System.Text.Json;
using MLOps.Contracts.Experiments;
using MLOps.Contracts.Runs;

namespace MLOps.Tracking.Rest;

internal sealed partial class RestTrackingStore
{
    private const int MaxMetrics = 1000;
    private const int MaxPairs = 100;

    /// <summary>One call when MLflow's limits allow it, else several in its order: parameters, metrics, tags. All may be repeated: the same again changes nothing.</summary>
    public async Task LogBatchAsync(string runId, LogBatch batch, CancellationToken cancellationToken = default)
    {
        var metrics = Metrics(batch);
        if (metrics.Count + batch.Params.Count + batch.Tags.Count <= MaxMetrics && batch.Params.Count <= MaxPairs && batch.Tags.Count <= MaxPairs)
        {
            await LogAsync(runId, metrics, batch.Params, batch.Tags, cancellationToken);
            return;
        }

        foreach (var part in batch.Params.Chunk(MaxPairs))
        {
            await LogAsync(runId, [], part, [], cancellationToken);
        }

        foreach (var part in metrics.Chunk(MaxMetrics))
        {
            await LogAsync(runId, part, [], [], cancellationToken);
        }

        foreach (var part in batch.Tags.Chunk(MaxPairs))
        {
            await LogAsync(runId, [], [], part, cancellationToken);
        }
    }

    public Task LogInputsAsync(string runId, IReadOnlyList<DatasetInput> inputs, IReadOnlyList<string> modelIds, CancellationToken cancellationToken = default) => client.CallAsync(
        UpstreamCall.Post("runs/log-inputs", isIdempotent: true, json =>
        {
            json.WriteString("run_id", runId);
            json.List("datasets", inputs, UpstreamJson.Input);
            json.List("models", modelIds, (writer, id) => writer.WriteString("model_id", id));
        }),
        cancellationToken);

    public Task LogOutputsAsync(string runId, IReadOnlyList<ModelOutput> models, CancellationToken cancellationToken = default) => client.CallAsync(
        UpstreamCall.Post("runs/outputs", isIdempotent: true, json =>
        {
            json.WriteString("run_id", runId);
            json.List("models", models, (writer, model) =>
            {
                writer.WriteString("model_id", model.ModelId);
                writer.WriteNumber("step", model.Step);
            });
        }),
        cancellationToken);

    public Task LogModelAsync(string runId, string entry, CancellationToken cancellationToken = default) => client.CallAsync(
        UpstreamCall.Post("runs/log-model", isIdempotent: false, json =>
        {
            json.WriteString("run_id", runId);
            json.WriteString("model_json", entry);
        }),
        cancellationToken);

    private Task LogAsync(string runId, IEnumerable<(Metric Metric, ModelMetric? Model)> metrics, IEnumerable<KeyValue> parameters, IEnumerable<KeyValue> tags, CancellationToken cancellationToken) => client.CallAsync(
        UpstreamCall.Post("runs/log-batch", isIdempotent: true, json =>
        {
            json.WriteString("run_id", runId);
            json.List("metrics", metrics, Write);
            json.Pairs("params", parameters);
            json.Pairs("tags", tags);
        }),
        cancellationToken);

    private static void Write(Utf8JsonWriter json, (Metric Metric, ModelMetric? Model) value)
    {
        UpstreamJson.Metric(json, value.Metric);
        json.OptionalText("model_id", value.Model?.ModelId);
        json.OptionalText("dataset_name", value.Model?.DatasetName);
        json.OptionalText("dataset_digest", value.Model?.DatasetDigest);
    }

    /// <summary>On the wire a model's metric is a metric of the run that names the model: it is sent once.</summary>
    private static List<(Metric Metric, ModelMetric? Model)> Metrics(LogBatch batch)
    {
        var ofModels = batch.ModelMetrics.Select(metric => (Metric: new Metric(metric.Key, metric.Value, metric.Timestamp, metric.Step), Model: (ModelMetric?)metric)).ToList();
        var sent = ofModels.Select(pair => pair.Metric).ToHashSet();
        return [.. batch.Metrics.Where(metric => !sent.Contains(metric)).Select(metric => (metric, (ModelMetric?)null)), .. ofModels];
    }
}
