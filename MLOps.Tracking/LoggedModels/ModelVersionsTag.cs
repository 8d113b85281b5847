using System.Globalization;
using System.Text.Json;
using MLOps.Contracts.Experiments;
using MLOps.Contracts.Runs;
using MLOps.Tracking.Traces;

namespace MLOps.Tracking.LoggedModels;

/// <summary>The tag of a logged model that lists the registered versions made from it.</summary>
internal static class ModelVersionsTag
{
    public const string Key = "mlflow.modelVersions";

    /// <returns>The tag with one version more; null: it lists that one already.</returns>
    public static KeyValue? With(LoggedModel model, string name, int version)
    {
        // A client may have set the tag to anything: what is no list starts a new one.
        var listed = PythonJson.TryParse(model.Tags.FirstOrDefault(tag => tag.Key == Key).Value) is { ValueKind: JsonValueKind.Array } array ? array.EnumerateArray().ToList() : [];
        if (listed.Exists(item => Is(item, name, version)))
        {
            return null;
        }

        listed.Add(JsonSerializer.SerializeToElement(new Dictionary<string, object> { ["name"] = name, ["version"] = version }));
        return new KeyValue(Key, PythonJson.Dump(listed.Select(item => (object?)item)));
    }

    /// <summary>MLflow writes the number as a number, or, where it came over REST, as text.</summary>
    private static bool Is(JsonElement item, string name, int version) => item.ValueKind == JsonValueKind.Object
        && item.TryGetProperty("name", out var named) && named.ValueKind == JsonValueKind.String && named.GetString() == name
        && item.TryGetProperty("version", out var numbered) && numbered.ToString() == version.ToString(CultureInfo.InvariantCulture);
}
