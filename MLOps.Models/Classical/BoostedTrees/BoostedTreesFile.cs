using System.Text.Json;
using MLOps.Models.Features;

namespace MLOps.Models.Classical.BoostedTrees;

/// <summary><c>parameters.json</c>: how days were labelled, and what the trees split on.</summary>
internal static class BoostedTreesFile
{
    private static readonly JsonSerializerOptions Format = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    public static byte[] Write(BoostedTreesModel model, SignalLabelling labelling, double threshold)
    {
        var splits = model.Trees.SelectMany(tree => tree.Nodes).Where(node => !node.IsLeaf).CountBy(node => SignalFeatures.Names[node.Feature]).ToDictionary();
        return JsonSerializer.SerializeToUtf8Bytes(new Content(labelling, threshold, model.Start, model.Trees.Count, splits), Format);
    }

    public static (SignalLabelling Labelling, double Threshold) Read(byte[] file)
    {
        var content = JsonSerializer.Deserialize<Content>(file, Format)!;
        return (content.Labelling, content.Threshold);
    }

    private sealed record Content(SignalLabelling Labelling, double Threshold, double Start, int Trees, IReadOnlyDictionary<string, int> Splits);
}
