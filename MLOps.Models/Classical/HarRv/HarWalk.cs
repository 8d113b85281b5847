namespace MLOps.Models.Classical.HarRv;

/// <summary>HAR as a rival of other forecasts: fitted on every day before, and anew after so many days.</summary>
internal static class HarWalk
{
    private const int Refit = 5;

    /// <returns>Forecasts of the days from <paramref name="from"/> on.</returns>
    public static double[] Forecasts(double[] variances, int from, bool isLog)
    {
        var forecasts = new double[variances.Length - from];
        HarRegression? fit = null;
        for (var day = from; day < variances.Length; day++)
        {
            if (fit is null || (day - from) % Refit == 0)
            {
                fit = HarRegression.Fit(variances.AsSpan(0, day), isLog, lags: 0);
            }

            forecasts[day - from] = fit.Forecast(variances.AsSpan((day - HarRegression.Month)..day));
        }

        return forecasts;
    }
}
