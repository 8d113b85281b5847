using System.Text.Json;

namespace MLOps.Models.Features;

/// <summary>A scaler as JSON: the mean and the deviation of each feature.</summary>
internal static class FeatureScalerFile
{
    private static readonly JsonSerializerOptions Format = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    public static byte[] Write(IEnumerable<string> names, FeatureScaler scaler) =>
        JsonSerializer.SerializeToUtf8Bytes(names.Select((name, i) => new Line(name, scaler.Means[i], scaler.Deviations[i])), Format);

    public static FeatureScaler Read(byte[] file)
    {
        var lines = JsonSerializer.Deserialize<Line[]>(file, Format)!;
        return new FeatureScaler(Array.ConvertAll(lines, line => line.Mean), Array.ConvertAll(lines, line => line.Deviation));
    }

    private sealed record Line(string Feature, float Mean, float Deviation);
}
