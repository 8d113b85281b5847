namespace MLOps.Models.Classical.HarRv;

/// <summary>Scores forecasts of daily variances beside three that need no fit: yesterday's, the mean of 22 days, and an exponential average of decay 0.94.</summary>
internal static class VarianceForecastScore
{
    private const double Decay = 0.94;

    /// <param name="days">Every day.</param>
    /// <param name="scored">Days to score, ascending, each with a month before it without a gap.</param>
    /// <param name="forecast">One for each of them, by the days before it.</param>
    /// <param name="rivals">Further forecasts, by the suffix of their figures.</param>
    /// <returns>QLIKE, the mean of a/f − ln(a/f) − 1 (Patton 2011), and the mean squared error.</returns>
    public static Dictionary<string, double> Of(DailyVariances days, IReadOnlyList<int> scored, double[] forecast, params IReadOnlyList<(string Suffix, double[] Forecast)> rivals)
    {
        var scores = new Dictionary<string, double>();
        var averages = Averages(days);
        foreach (var (i, day) in scored.Index())
        {
            var actual = days.Values[day];
            var month = days.Values[(day - HarRegression.Month)..day];
            foreach (var (name, value) in ((string, double)[])[("", forecast[i]), ("_last", month[^1]), ("_mean22", month.Average()), ("_ewma", averages[day]), .. rivals.Select(rival => (rival.Suffix, rival.Forecast[i]))])
            {
                Add(scores, $"qlike{name}", QLike(actual, value));
                Add(scores, $"mse{name}", (actual - value) * (actual - value));
            }
        }

        var means = scores.ToDictionary(score => score.Key, score => score.Value / scored.Count);
        means["days"] = scored.Count;
        return means;
    }

    /// <summary>Of the days before each, from the first of its piece.</summary>
    private static double[] Averages(DailyVariances days)
    {
        var averages = new double[days.Values.Length];
        for (var day = 0; day < averages.Length; day++)
        {
            averages[day] = days.Before(day) == 0 ? days.Values[day] : (Decay * averages[day - 1]) + ((1 - Decay) * days.Values[day - 1]);
        }

        return averages;
    }

    private static void Add(Dictionary<string, double> sums, string name, double value) => sums[name] = sums.GetValueOrDefault(name) + value;

    private static double QLike(double actual, double forecast) => (actual / forecast) - Math.Log(actual / forecast) - 1;
}
