using MLOps.Models.Data;
using MLOps.Models.Features.Technical;

namespace MLOps.Models.Features.Pipelines;

/// <summary>Features of <see cref="TechnicalFeatures"/>, from bars.</summary>
/// <param name="Features">Names; null: all thirty.</param>
public sealed record TechnicalStep(IReadOnlyList<string>? Features = null) : FeatureStep
{
    public override IReadOnlyList<string> Names => Features ?? [.. TechnicalFeatures.All.Select(feature => feature.Name)];

    public override IReadOnlyList<string> Reads => ["open", "high", "low", "close", "volume"];

    public override double[][] Compute(TrainingData rows)
    {
        var all = TechnicalFeatures.Compute(rows.Bars()).Rows;
        return [.. Names.Select(name => TechnicalFeatures.All.Index().Single(item => item.Item.Name == name).Index).Select(column => (double[])[.. all.Select(row => row[column])])];
    }

    public override void Check()
    {
        foreach (var name in Names)
        {
            Require(TechnicalFeatures.All.Any(feature => feature.Name == name), "features", $"'{name}'", $"names of {string.Join(", ", TechnicalFeatures.All.Select(feature => feature.Name))}");
        }
    }
}
