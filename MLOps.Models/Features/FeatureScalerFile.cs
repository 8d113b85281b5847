using System.Text.Json;

namespace MLOps.Models.Features;

/// <summary>A scaler as a file of the model's folder.</summary>
internal static class FeatureScalerFile
{
    public const string Name = "scaler.json";
    private static readonly JsonSerializerOptions Options = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    public static byte[] Write(FeatureScaler scaler, IEnumerable<string> names) =>
        JsonSerializer.SerializeToUtf8Bytes(names.Select((name, i) => new Entry(name, scaler.Means[i], scaler.Deviations[i])), Options);

    public static FeatureScaler Read(byte[] content)
    {
        var entries = JsonSerializer.Deserialize<Entry[]>(content, Options)!;
        return new FeatureScaler([.. entries.Select(entry => entry.Mean)], [.. entries.Select(entry => entry.Deviation)]);
    }

    private sealed record Entry(string Feature, float Mean, float Deviation);
}
