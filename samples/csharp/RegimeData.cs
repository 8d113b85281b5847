using System.Globalization;

namespace MLOps.Samples.Training;

/// <summary>Daily bars as features and labels. What decides the labels and the scale is taken from the fit days alone, and the days between fit and validation whose
/// labels look into both are left out.</summary>
/// <param name="Fit">Days up to the training end.</param>
/// <param name="Validation">Days after it.</param>
internal sealed record RegimeData(IReadOnlyList<LabelledDay> Fit, IReadOnlyList<LabelledDay> Validation)
{
    public const int Features = 4;
    public const int Classes = 3;
    private const int Horizon = 21;
    private const int LongestWindow = 63;

    public static RegimeData Read(string file, DateOnly trainEnd)
    {
        var rows = File.ReadLines(file).Skip(1).Select(line => line.Split(',')).ToArray();
        var dates = Array.ConvertAll(rows, row => DateOnly.ParseExact(row[0], "yyyy-MM-dd", CultureInfo.InvariantCulture));
        var closes = Array.ConvertAll(rows, row => double.Parse(row[4], CultureInfo.InvariantCulture));
        var returns = closes.Zip(closes.Skip(1), (before, after) => 100 * Math.Log(after / before)).ToArray();

        // Return t is of day t + 1.
        var fitEnd = Array.FindLastIndex(dates, date => date <= trainEnd) - 1;
        var days = Enumerable.Range(LongestWindow - 1, returns.Length - Horizon - LongestWindow + 1)
            .Select(t => (Day: t, Raw: Raw(returns, t), Ahead: Deviation(returns, t + 1, Horizon)))
            .ToArray();
        var fit = days.Where(day => day.Day + Horizon <= fitEnd).ToArray();
        var ordered = fit.Select(day => day.Ahead).Order().ToArray();
        var (calm, normal) = (ordered[ordered.Length / 3], ordered[2 * ordered.Length / 3]);
        var means = Enumerable.Range(0, Features).Select(f => fit.Average(day => day.Raw[f])).ToArray();
        var deviations = Enumerable.Range(0, Features).Select(f => Math.Sqrt(fit.Average(day => Math.Pow(day.Raw[f] - means[f], 2)))).ToArray();

        LabelledDay Label((int Day, double[] Raw, double Ahead) day) => new(
            [.. day.Raw.Select((value, f) => (float)((value - means[f]) / deviations[f]))],
            day.Ahead <= calm ? 0 : day.Ahead <= normal ? 1 : 2);

        return new RegimeData([.. fit.Select(Label)], [.. days.Where(day => day.Day > fitEnd).Select(Label)]);
    }

    /// <summary>What always saying the fit days' shares would score on the validation days.</summary>
    public double PriorLogLoss()
    {
        var shares = Enumerable.Range(0, Classes).Select(regime => (double)Fit.Count(day => day.Regime == regime) / Fit.Count).ToArray();
        return -Validation.Average(day => Math.Log(shares[day.Regime]));
    }

    /// <summary>Log deviation of the last 5, 21 and 63 days, and the last day's absolute return.</summary>
    private static double[] Raw(double[] returns, int t) =>
        [Math.Log(Deviation(returns, t - 4, 5)), Math.Log(Deviation(returns, t - 20, 21)), Math.Log(Deviation(returns, t - 62, LongestWindow)), Math.Abs(returns[t])];

    private static double Deviation(double[] returns, int from, int count) => Math.Sqrt(returns.AsSpan(from, count).ToArray().Average(value => value * value));
}
