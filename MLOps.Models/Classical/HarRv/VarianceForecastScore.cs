namespace MLOps.Models.Classical.HarRv;

/// <summary>Scores forecasts of daily variances beside three that need no fit: yesterday's, the mean of 22 days, and an exponential average of decay 0.94.</summary>
internal static class VarianceForecastScore
{
    private const double Decay = 0.94;

    /// <param name="variances">Every day, oldest first.</param>
    /// <param name="from">First day to score.</param>
    /// <param name="forecast">Of the day at a place, by the days before it.</param>
    /// <param name="rivals">Further forecasts, by the suffix of their figures.</param>
    /// <returns>QLIKE, the mean of a/f − ln(a/f) − 1 (Patton 2011), and the mean squared error.</returns>
    public static Dictionary<string, double> Of(double[] variances, int from, Func<int, double> forecast, params IReadOnlyList<(string Suffix, Func<int, double> Forecast)> rivals)
    {
        var scores = new Dictionary<string, double>();
        var average = variances[0];
        for (var t = 1; t < variances.Length; t++)
        {
            average = (Decay * average) + ((1 - Decay) * variances[t - 1]);
            if (t >= from)
            {
                var month = variances[(t - HarRegression.Month)..t];
                foreach (var (name, value) in ((string, double)[])[("", forecast(t)), ("_last", month[^1]), ("_mean22", month.Average()), ("_ewma", average), .. rivals.Select(rival => (rival.Suffix, rival.Forecast(t)))])
                {
                    Add(scores, $"qlike{name}", QLike(variances[t], value));
                    Add(scores, $"mse{name}", (variances[t] - value) * (variances[t] - value));
                }
            }
        }

        var days = variances.Length - from;
        var means = scores.ToDictionary(score => score.Key, score => score.Value / days);
        means["days"] = days;
        return means;
    }

    private static void Add(Dictionary<string, double> sums, string name, double value) => sums[name] = sums.GetValueOrDefault(name) + value;

    private static double QLike(double actual, double forecast) => (actual / forecast) - Math.Log(actual / forecast) - 1;
}
