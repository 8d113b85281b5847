using System.Text.Json;

namespace MLOps.Models.Classical.BoostedTrees;

/// <summary><c>parameters.json</c>: how days were labelled, and what the trees split on.</summary>
internal static class BoostedTreesFile
{
    private static readonly JsonSerializerOptions Format = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    public static byte[] Write(BoostedTreesModel model, SignalLabelling labelling, double threshold, IReadOnlyList<string> features)
    {
        var splits = model.Trees.SelectMany(tree => tree.Nodes).Where(node => !node.IsLeaf).CountBy(node => features[node.Feature]).ToDictionary();
        return JsonSerializer.SerializeToUtf8Bytes(new Content(labelling, threshold, model.Start, model.Trees.Count, splits, features), Format);
    }

    /// <returns>The features are null in a file of an earlier release: those of bars.</returns>
    public static (SignalLabelling Labelling, double Threshold, IReadOnlyList<string>? Features) Read(byte[] file)
    {
        var content = JsonSerializer.Deserialize<Content>(file, Format)!;
        return (content.Labelling, content.Threshold, content.Features);
    }

    private sealed record Content(SignalLabelling Labelling, double Threshold, double Start, int Trees, IReadOnlyDictionary<string, int> Splits, IReadOnlyList<string>? Features = null);
}
