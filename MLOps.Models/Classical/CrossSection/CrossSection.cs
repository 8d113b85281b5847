using MLOps.Models.Data;

namespace MLOps.Models.Classical.CrossSection;

/// <summary>All assets on one day, and what they did after it.</summary>
/// <param name="Features">Raw, one row an asset.</param>
/// <param name="Forward">Log return of each asset over the horizon after the day.</param>
internal sealed record CrossSection(int Day, double[][] Features, double[] Forward)
{
    /// <summary>Features that hardly differ between assets say nothing of their order.</summary>
    public const double LeastDeviation = 1e-12;

    /// <summary>Cross-sections every <paramref name="step"/> rows from <paramref name="from"/> on whose horizon ends before <paramref name="to"/>; in each piece of the panel anew, for neither history nor horizon reaches over a gap.</summary>
    public static CrossSection[] Every(AssetPanel panel, int from, int to, int step, int horizon)
    {
        return [.. panel.Pieces.SelectMany(Days).Select(day => new CrossSection(
            day,
            MomentumFeatures.Of(panel, day),
            [.. panel.Prices[day].Select((price, asset) => Math.Log(panel.Prices[day + horizon][asset] / price))]))];

        IEnumerable<int> Days(RowRange piece)
        {
            var first = Math.Max(from, piece.From + MomentumFeatures.History);
            var end = Math.Min(to, piece.To) - horizon;
            return Enumerable.Range(0, Math.Max(0, end - first + step - 1) / step).Select(k => first + (k * step));
        }
    }

    /// <summary>Each feature less its mean over the assets, over its standard deviation (divisor N): nothing is fitted, so nothing can leak.</summary>
    public static double[][] Standardise(double[][] features)
    {
        var count = features[0].Length;
        var result = features.Select(row => new double[count]).ToArray();
        for (var f = 0; f < count; f++)
        {
            var mean = features.Average(row => row[f]);
            var deviation = Math.Max(LeastDeviation, Math.Sqrt(features.Average(row => (row[f] - mean) * (row[f] - mean))));
            for (var i = 0; i < features.Length; i++)
            {
                result[i][f] = (features[i][f] - mean) / deviation;
            }
        }

        return result;
    }

    /// <summary>Scores of a linear ranker.</summary>
    public static double[] Score(double[][] standardised, IReadOnlyList<double> weights) =>
        [.. standardised.Select(row => row.Zip(weights, (value, weight) => value * weight).Sum())];
}
