using System.Text.Json;
using MLOps.Contracts.Experiments;
using MLOps.Contracts.Problems;
using MLOps.Contracts.Training;

namespace MLOps.Gateway.Training;

/// <summary>Body of a start. Parameters may be JSON numbers or strings.</summary>
/// <param name="Priority">-100 to 100; higher ones are trained first. Default: 0.</param>
/// <param name="ParentRunId">Run that the job's run is a child of. Default: none.</param>
/// <param name="Features">Feature pipeline that the model is trained behind, <c>{"features": [{"type", …}], …}</c>. Default: none.</param>
/// <param name="CheckpointEvery">Steps (epochs or iterations) after which a checkpoint is due, if not by time before. Default: the server's.</param>
/// <param name="Evaluation">Evaluation beside the training, walk-forward or by cross-validation. Default: none.</param>
internal sealed record StartTrainingRequest(
    string? Model,
    string? Dataset,
    int? DatasetVersion,
    string? Experiment,
    string? RunName,
    string? TrainEnd,
    IReadOnlyDictionary<string, JsonElement>? Parameters,
    string? RegisterAs,
    int? Priority,
    string? ParentRunId,
    EvaluationRequest? Evaluation = null,
    JsonElement? Features = null,
    long? CheckpointEvery = null)
{
    /// <exception cref="MLOpsException">InvalidArgument: names the field.</exception>
    public TrainingJobSpec ToSpec() => new(
        Model ?? throw Missing("model", "a catalogue id, see GET /api/v1/models/catalog"),
        Dataset ?? throw Missing("dataset", "the name of a registered dataset"),
        DatasetVersion ?? 0,
        Experiment ?? "",
        RunName,
        TrainEnd,
        [.. (Parameters ?? new Dictionary<string, JsonElement>()).Select(p => new KeyValue(p.Key, Text($"parameters.{p.Key}", p.Value)))],
        RegisterAs,
        Priority ?? 0,
        ParentRunId,
        Evaluation?.ToSpec(),
        Features is { ValueKind: not JsonValueKind.Null } features ? features.GetRawText() : null,
        CheckpointEvery);

    /// <param name="name">Where the value is in the body.</param>
    internal static string Text(string name, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Number => value.GetRawText(),
        _ => throw new MLOpsException(ProblemCode.InvalidArgument, $"'{name}' is {value.GetRawText()}: expected a number or a string."),
    };

    private static MLOpsException Missing(string field, string expected) => new(ProblemCode.InvalidArgument, $"'{field}' is missing: expected {expected}.");
}
