using MLOps.Models.Data;
using MLOps.Models.Features.Technical;

namespace MLOps.Models.Features;

/// <summary>Twenty features of each trading day for models that predict: the eight of <see cref="DailyFeatures"/> and twelve of <see cref="TechnicalFeatures"/>. Training and callers use this same code.</summary>
public sealed class SignalFeatures
{
    /// <summary>Bars before the first day that has all features.</summary>
    public const int Lookback = 33;

    private static readonly string[] Chosen =
    [
        "rsi_14", "macd_histogram_12_26_9", "sma_20_distance", "bollinger_20", "natr_14", "adx_14",
        "stochastic_k_14_3_3", "ultimate_7_14_28", "mfi_14", "obv_20", "roc_10", "slope_14",
    ];

    private SignalFeatures(IReadOnlyList<DateOnly> dates, double[][] rows)
    {
        Dates = dates;
        Rows = rows;
    }

    public static IReadOnlyList<string> Names { get; } = [.. DailyFeatures.Names, .. Chosen];

    /// <summary>Day of each row: the series' day number <see cref="Lookback"/> is the first.</summary>
    public IReadOnlyList<DateOnly> Dates { get; }

    /// <summary>One row a day, one column a feature; row i belongs to bar i + <see cref="Lookback"/>.</summary>
    public IReadOnlyList<double[]> Rows { get; }

    public static SignalFeatures Compute(OhlcvSeries bars)
    {
        var (daily, technical) = (DailyFeatures.Compute(bars), TechnicalFeatures.Compute(bars));
        int[] columns = [.. Chosen.Select(name => TechnicalFeatures.All.Index().Single(item => item.Item.Name == name).Index)];
        return new SignalFeatures(
            [.. bars.Dates.Skip(Lookback)],
            [.. Enumerable.Range(Lookback, Math.Max(0, bars.Count - Lookback)).Select(day => (double[])[.. daily.Rows[day - 1], .. columns.Select(column => technical.Rows[day][column])])]);
    }
}
