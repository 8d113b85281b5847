using System.Text.Json;
using MLOps.Contracts.Problems;
using MLOps.Contracts.Training;

namespace MLOps.Gateway.Training.Search;

/// <summary>Body of a search's start: what every trial has in common, what is varied, and how.</summary>
/// <param name="Parameters">Hyper-parameters that are the same in every trial.</param>
/// <param name="Space">By hyper-parameter, what to try.</param>
/// <param name="Method"><c>grid</c>, <c>random</c> or <c>tpe</c>. Default: tpe.</param>
/// <param name="Metric">The objective.</param>
/// <param name="Direction"><c>minimize</c> or <c>maximize</c>. Default: minimize.</param>
/// <param name="Trials">At most. Default: 20; of a grid: all of it.</param>
/// <param name="Parallel">Trials that wait or run at a time. Default: 1.</param>
/// <param name="Seed">Default: 1.</param>
/// <param name="GridPoints">Values of each range in a grid. Default: 3.</param>
/// <param name="Pruning">Default: none.</param>
/// <param name="Evaluation">Of every trial, as of a training; its means are metrics that can be the objective. Default: none.</param>
/// <param name="Features">Feature pipeline that every trial is trained behind. Default: none.</param>
/// <param name="CheckpointEvery">As of a training.</param>
/// <param name="RegisterAs">Registered model that gets a version of the best trial. Default: none.</param>
internal sealed record StartSearchRequest(
    string? Model,
    string? Dataset,
    int? DatasetVersion,
    string? Experiment,
    string? RunName,
    string? TrainEnd,
    IReadOnlyDictionary<string, JsonElement>? Parameters,
    IReadOnlyDictionary<string, SearchDimensionRequest?>? Space,
    string? Method,
    string? Metric,
    string? Direction,
    int? Trials,
    int? Parallel,
    int? Seed,
    int? GridPoints,
    SearchPruningRequest? Pruning,
    string? RegisterAs,
    int? Priority,
    EvaluationRequest? Evaluation = null,
    JsonElement? Features = null,
    long? CheckpointEvery = null)
{
    /// <exception cref="MLOpsException">InvalidArgument: names the field.</exception>
    public SearchSpec ToSpec()
    {
        var method = Method switch
        {
            null or "tpe" => SearchMethod.Tpe,
            "random" => SearchMethod.Random,
            "grid" => SearchMethod.Grid,
            _ => throw Bad("method", Method, "grid, random or tpe"),
        };
        var direction = Direction switch
        {
            null or "minimize" => false,
            "maximize" => true,
            _ => throw Bad("direction", Direction, "minimize or maximize"),
        };
        return new SearchSpec(
            new StartTrainingRequest(Model, Dataset, DatasetVersion, Experiment, RunName, TrainEnd, Parameters, RegisterAs, Priority, null, Evaluation, Features, CheckpointEvery).ToSpec(),
            [.. (Space ?? new Dictionary<string, SearchDimensionRequest?>()).Select(dimension => (dimension.Value ?? new(null, null, null, null)).ToSpec(dimension.Key))],
            method,
            Metric ?? "",
            direction,
            Trials ?? (method == SearchMethod.Grid ? 0 : 20),
            Parallel ?? 1,
            Seed ?? 1,
            GridPoints ?? 3,
            Pruning?.ToSpec());
    }

    private static MLOpsException Bad(string field, string value, string expected) => new(ProblemCode.InvalidArgument, $"'{field}' is '{NameRules.Shortened(value)}': expected {expected}.");
}
