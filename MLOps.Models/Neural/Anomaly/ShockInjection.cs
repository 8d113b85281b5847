using MLOps.Models.Data;
using MLOps.Models.Features;

namespace MLOps.Models.Neural.Anomaly;

/// <summary>Windows whose newest day is given a shock of so many standard deviations of the 21 days before; everything that the features make of the bar follows.</summary>
internal static class ShockInjection
{
    private const int Trailing = 21;

    /// <summary>Bars that a window and the features that look back furthest within it are made of.</summary>
    public const int Bars = DailyFeatures.WindowLength + Trailing;

    public static IReadOnlyList<ShockKind> Kinds { get; } = Enum.GetValues<ShockKind>();

    /// <summary>The rows of features from <paramref name="first"/> on that have bars enough before them without a gap.</summary>
    public static int[] RowsFrom(DailyFeatures features, int first) => [.. Enumerable.Range(first, Math.Max(0, features.Rows.Count - first)).Where(row => features.Before(row) + 1 >= Bars)];

    /// <summary>The window that would end with a bar if its day had been shocked; up on odd bars, down on even ones.</summary>
    /// <param name="bar">With <see cref="Bars"/> before it without a gap.</param>
    /// <param name="size">In standard deviations.</param>
    public static float[] Window(OhlcvSeries bars, int bar, ShockKind kind, double size)
    {
        var (from, to) = (bar - Bars, bar + 1);
        var part = new OhlcvSeries([.. bars.Dates.Skip(from).Take(to - from)], bars.Open[from..to], bars.High[from..to], bars.Low[from..to], bars.Close[from..to], bars.Volume[from..to]);
        Shock(part, kind, size * (bar % 2 == 0 ? -1 : 1));
        var features = DailyFeatures.Compute(part);
        return features.Window(features.Rows.Count - 1);
    }

    private static void Shock(OhlcvSeries bars, ShockKind kind, double size)
    {
        var factor = Math.Exp(size * Deviation(bars.Close));
        switch (kind)
        {
            case ShockKind.Price:
                bars.Close[^1] *= factor;
                break;
            case ShockKind.Range:
                bars.Low[^1] *= Math.Min(factor, 1 / factor);
                break;
            case ShockKind.Gap:
                bars.Open[^1] *= factor;
                break;
            case ShockKind.Volume:
                bars.Volume[^1] *= Math.Exp(Math.Abs(size) * Deviation(bars.Volume));
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(kind), kind, "Unknown shock.");
        }

        bars.High[^1] = Math.Max(bars.High[^1], Math.Max(bars.Open[^1], bars.Close[^1]));
        bars.Low[^1] = Math.Min(bars.Low[^1], Math.Min(bars.Open[^1], bars.Close[^1]));
    }

    /// <summary>Root mean square of the last changes before the newest, as log ratios; days without volume have none.</summary>
    private static double Deviation(double[] values) => Math.Sqrt(Enumerable.Range(values.Length - 1 - Trailing, Trailing)
        .Where(i => values[i] > 0 && values[i - 1] > 0)
        .Select(i => Math.Log(values[i] / values[i - 1]))
        .Select(change => change * change)
        .DefaultIfEmpty(0)
        .Average());
}
