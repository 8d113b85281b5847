using MathNet.Numerics.Statistics;

namespace MLOps.Models.Evaluation;

/// <summary>How a figure is distributed over the paths of a combinatorial cross-validation.</summary>
/// <param name="Deviation">Sample standard deviation (ddof 1); null: one path.</param>
/// <param name="ShareBelowZero">Of the paths.</param>
public sealed record PathSummary(string Name, int Paths, double Mean, double? Deviation, double Minimum, double LowerQuartile, double Median, double UpperQuartile, double Maximum, double ShareBelowZero)
{
    /// <summary>The name under which the Sharpe ratios of the paths stand, in the place of a model's own figure of this name: a mean of the blocks' ratios is not the ratio of a path.</summary>
    public const string Sharpe = "sharpe_per_period";

    internal static IReadOnlyList<PathSummary> Of(IReadOnlyList<EvaluationPath> paths)
    {
        if (paths.Count == 0)
        {
            return [];
        }

        double[] ratios = [.. paths.Select(path => path.Sharpe).OfType<double>()];
        var figures = paths[0].Figures.Keys
            .Where(name => ratios.Length == 0 || name != Sharpe)
            .Order(StringComparer.Ordinal)
            .Select(name => Of(name, [.. paths.Select(path => path.Figures[name])]));
        return ratios.Length == 0 ? [.. figures] : [.. figures, Of(Sharpe, ratios)];
    }

    private static PathSummary Of(string name, double[] values)
    {
        double Quantile(double level) => Statistics.QuantileCustom(values, level, QuantileDefinition.R7);
        return new PathSummary(
            name,
            values.Length,
            values.Average(),
            values.Length < 2 ? null : Statistics.StandardDeviation(values),
            values.Min(),
            Quantile(0.25),
            Quantile(0.5),
            Quantile(0.75),
            values.Max(),
            values.Count(value => value < 0) / (double)values.Length);
    }
}
