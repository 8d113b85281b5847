using MLOps.Models.Data;

namespace MLOps.Models.Features.Pipelines;

/// <summary>Fractional differences of a column's logarithm, <c>fracdiff_COLUMN</c>.</summary>
/// <param name="Order">As in <see cref="FractionalDifference"/>.</param>
/// <param name="Threshold">As in <see cref="FractionalDifference"/>; it makes the window's width.</param>
public sealed record FractionalDifferenceStep(string Column = "close", double Order = 0.4, double Threshold = 1e-3) : FeatureStep
{
    public override IReadOnlyList<string> Names => [$"fracdiff_{Column}"];

    public override IReadOnlyList<string> Reads => [Column];

    public override double[][] Compute(TrainingData rows) => [new FractionalDifference(Order, Threshold).Apply(Logs(rows, Column))];

    public override void Check()
    {
        Require(Order is >= 0 and <= 2, "order", Order, "0 to 2");
        Require(Threshold is >= 1e-6 and < 1, "threshold", Threshold, "a number from 1e-6 to below 1");
    }
}
