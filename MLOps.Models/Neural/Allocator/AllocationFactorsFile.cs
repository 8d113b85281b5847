using System.Text.Json;
using MLOps.Models.Catalog;
using MLOps.Models.Features;

namespace MLOps.Models.Neural.Allocator;

/// <summary><c>factors.json</c>: what a caller needs to make the served state of prices and weights.</summary>
internal static class AllocationFactorsFile
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static byte[] Write(AllocationFactors factors, double cost) =>
        JsonSerializer.SerializeToUtf8Bytes(new Content(factors.Assets, factors.Loadings, AllocationState.Names(factors), cost), Indented);

    public static (AllocationFactors Factors, double Cost) Read(byte[] file)
    {
        var content = JsonSerializer.Deserialize<Content>(file) ?? throw new ModelTrainingException("factors.json is empty: the model is of another definition or release.");
        return (new AllocationFactors(content.Assets, content.Loadings), content.Cost);
    }

    private sealed record Content(IReadOnlyList<string> Assets, double[][] Loadings, IReadOnlyList<string> State, double Cost);
}
