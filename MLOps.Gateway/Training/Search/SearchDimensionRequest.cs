using System.Text.Json;
using MLOps.Contracts.Training;

namespace MLOps.Gateway.Training.Search;

/// <summary>A range or a list of values. Left empty: all that the model takes.</summary>
/// <param name="Low">Least value, inclusive. Default: the model's own.</param>
/// <param name="High">Largest value, inclusive. Default: the model's own.</param>
/// <param name="Log">Whether the range is searched by its logarithm. Default: false.</param>
/// <param name="Choices">The values to try, numbers or texts.</param>
internal sealed record SearchDimensionRequest(double? Low, double? High, bool? Log, IReadOnlyList<JsonElement>? Choices)
{
    public SearchDimensionSpec ToSpec(string name) =>
        new(name, Low, High, Log ?? false, [.. (Choices ?? []).Select(choice => StartTrainingRequest.Text($"space.{name}.choices", choice))]);
}
