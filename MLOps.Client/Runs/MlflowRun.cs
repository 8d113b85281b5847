using MLOps.Client.Http;

namespace MLOps.Client.Runs;

/// <summary>A run as the MLflow protocol sends it: lists of pairs, absent when empty.</summary>
internal sealed record MlflowRun(RunInfo Info, MlflowRunData? Data, MlflowInputs? Inputs)
{
    public Run ToRun() => new()
    {
        Info = Info,
        Metrics = (Data?.Metrics ?? []).ToDictionary(metric => metric.Key, metric => metric.Value, StringComparer.Ordinal),
        Params = KeyValue.Dictionary(Data?.Params),
        Tags = KeyValue.Dictionary(Data?.Tags),
        Datasets = [.. (Inputs?.DatasetInputs ?? []).Select(input => new RunDataset(
            input.Dataset.Name,
            input.Dataset.Digest,
            input.Dataset.SourceType,
            input.Dataset.Source,
            KeyValue.Dictionary(input.Tags).GetValueOrDefault(MlflowDatasetInput.ContextTag)) { Schema = input.Dataset.Schema, Profile = input.Dataset.Profile })],
    };
}

internal sealed record MlflowRunData(IReadOnlyList<Metric>? Metrics, IReadOnlyList<KeyValue>? Params, IReadOnlyList<KeyValue>? Tags);

internal sealed record MlflowInputs(IReadOnlyList<MlflowDatasetInput>? DatasetInputs);

internal sealed record MlflowDatasetInput(MlflowDataset Dataset, IReadOnlyList<KeyValue>? Tags)
{
    public const string ContextTag = "mlflow.data.context";

    public static MlflowDatasetInput From(RunDataset dataset) => new(
        new MlflowDataset(dataset.Name, dataset.Digest, dataset.SourceType, dataset.Source, dataset.Schema, dataset.Profile),
        dataset.Context is null ? null : [new KeyValue(ContextTag, dataset.Context)]);
}

internal sealed record MlflowDataset(string Name, string? Digest, string? SourceType, string? Source, string? Schema, string? Profile);
