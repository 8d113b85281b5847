using System.Globalization;

namespace MLOps.Bench.Load;

/// <summary>Percentiles by the nearest rank: each is a value that was measured.</summary>
internal static class Percentile
{
    /// <param name="sorted">Ascending.</param>
    /// <returns>The least value that so large a share of all does not exceed; NaN where there are none.</returns>
    public static double At(IReadOnlyList<double> sorted, double quantile) => sorted.Count == 0 ? double.NaN : sorted[Rank(sorted.Count, quantile) - 1];

    /// <summary>A column of a table. A dash where the values are so few that the percentile is their maximum and says nothing of its own: for p99.9 fewer than a thousand.</summary>
    public static string Column(IReadOnlyList<double> sorted, double quantile, string format = "0.000") =>
        quantile < 1 && sorted.Count > 0 && Rank(sorted.Count, quantile) == sorted.Count ? "-" : At(sorted, quantile).ToString(format, CultureInfo.InvariantCulture);

    private static int Rank(int count, double quantile) => Math.Clamp((int)Math.Ceiling(quantile * count), 1, count);
}
