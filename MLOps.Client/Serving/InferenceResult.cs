using System.Text.Json;

namespace MLOps.Client.Serving;

/// <summary>An endpoint's answer.</summary>
public sealed class InferenceResult
{
    internal InferenceResult(string modelName, string? modelVersion, string? id, IReadOnlyList<Tensor> outputs, IReadOnlyDictionary<string, JsonElement> parameters)
    {
        ModelName = modelName;
        ModelVersion = modelVersion;
        Id = id;
        Outputs = outputs;
        Parameters = parameters;
    }

    /// <summary>The endpoint.</summary>
    public string ModelName { get; }

    /// <summary>The version that answered.</summary>
    public string? ModelVersion { get; }

    public string? Id { get; }

    public IReadOnlyList<Tensor> Outputs { get; }

    public IReadOnlyDictionary<string, JsonElement> Parameters { get; }

    /// <exception cref="InvalidOperationException">No output of that name.</exception>
    public Tensor Output(string name) => Outputs.FirstOrDefault(output => output.Name == name)
        ?? throw new InvalidOperationException($"'{ModelName}' gave no output '{name}': it gave {string.Join(", ", Outputs.Select(output => output.Name))}.");
}
