namespace MLOps.Models.Neural.Forecaster;

/// <summary>How good forecasts of log variances are.</summary>
/// <param name="Mse">Over all days ahead.</param>
/// <param name="Mae">Over all days ahead.</param>
/// <param name="QlikeNextDay">Of the next day's variance: mean of a/f − ln(a/f) − 1.</param>
internal readonly record struct ForecastScore(double Mse, double Mae, double QlikeNextDay)
{
    /// <param name="forecasts">[pairs][24], logarithms of variances.</param>
    public static ForecastScore Of(IReadOnlyList<double[]> forecasts, IReadOnlyList<double[]> actuals)
    {
        var (squares, absolute, qlike) = (0.0, 0.0, 0.0);
        for (var i = 0; i < forecasts.Count; i++)
        {
            for (var h = 0; h < forecasts[i].Length; h++)
            {
                var error = actuals[i][h] - forecasts[i][h];
                squares += error * error / forecasts[i].Length;
                absolute += Math.Abs(error) / forecasts[i].Length;
            }

            var next = actuals[i][0] - forecasts[i][0];
            qlike += Math.Exp(next) - next - 1;
        }

        return new ForecastScore(squares / forecasts.Count, absolute / forecasts.Count, qlike / forecasts.Count);
    }

    public IEnumerable<KeyValuePair<string, double>> Figures(string prefix) =>
    [
        KeyValuePair.Create(prefix + "mse", Mse),
        KeyValuePair.Create(prefix + "mae", Mae),
        KeyValuePair.Create(prefix + "qlike_next_day", QlikeNextDay),
    ];
}
