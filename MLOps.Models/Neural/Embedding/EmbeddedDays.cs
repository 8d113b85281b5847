using MLOps.Models.Features;

namespace MLOps.Models.Neural.Embedding;

/// <summary>Days in order that each have a window of 64 days of their own piece.</summary>
internal sealed class EmbeddedDays
{
    private static readonly int Volatility = MarketFeatures.Names.ToList().IndexOf("log_volatility_21");

    private readonly MarketFeatures _features;
    private readonly int[] _rows;

    private EmbeddedDays(MarketFeatures features, int[] rows, float[][] windows)
    {
        _features = features;
        _rows = rows;
        Windows = windows;
        Bars = Array.ConvertAll(rows, features.BarOf);
    }

    public int Count => _rows.Length;

    /// <summary>Raw, flat; [64, 8] or [8, 64].</summary>
    public float[][] Windows { get; }

    /// <summary>The bar of each day, counted over all pieces.</summary>
    public int[] Bars { get; }

    /// <summary>Whether two of the days follow each other.</summary>
    public bool HasSuccessive => Enumerable.Range(1, Math.Max(0, Count - 1)).Any(Follows);

    /// <summary>Of the rows from <paramref name="first"/> to before <paramref name="end"/> those that have a window.</summary>
    public static EmbeddedDays Between(MarketFeatures features, int first, int end, bool isByDay)
    {
        int[] rows = [.. Enumerable.Range(first, end - first).Where(features.HasWindow)];
        return new EmbeddedDays(features, rows, Array.ConvertAll(rows, row => isByDay ? features.WindowByDay(row) : features.Window(row)));
    }

    /// <summary>Whether a day comes after the one before it here: those of two pieces have windowless days in between.</summary>
    /// <param name="day">1 or more.</param>
    public bool Follows(int day) => _rows[day] == _rows[day - 1] + 1;

    /// <summary>Whether each day is of more than the training days' mean 21-day log volatility; where that leaves under a tenth of them on one side, of more than their own median.</summary>
    public bool[] Turbulent(FeatureScaler scaler)
    {
        double[] volatilities = Array.ConvertAll(_rows, row => _features.Rows[row][Volatility]);
        bool[] turbulent = Array.ConvertAll(volatilities, volatility => volatility > scaler.Means[Volatility]);
        var median = volatilities.Order().ElementAt(volatilities.Length / 2);
        return Math.Min(turbulent.Count(high => high), turbulent.Count(high => !high)) * 10 >= turbulent.Length
            ? turbulent
            : Array.ConvertAll(volatilities, volatility => volatility >= median);
    }
}
