namespace MLOps.Models.Classical.HarRv;

/// <summary>HAR as a rival of other forecasts: fitted on every day before, and anew after so many days.</summary>
internal static class HarWalk
{
    private const int Refit = 5;

    /// <param name="scored">Days to forecast, ascending, each with a month before it without a gap.</param>
    /// <returns>Their forecasts.</returns>
    public static double[] Forecasts(DailyVariances days, IReadOnlyList<int> scored, bool isLog)
    {
        var forecasts = new double[scored.Count];
        HarRegression? fit = null;
        var fitted = 0;
        for (var i = 0; i < forecasts.Length; i++)
        {
            var day = scored[i];
            if (fit is null || day - fitted >= Refit)
            {
                (fit, fitted) = (HarRegression.Fit(days.Values.AsSpan(0, day), days.Pieces, isLog, lags: 0), day);
            }

            forecasts[i] = fit.Forecast(days.Values.AsSpan((day - HarRegression.Month)..day));
        }

        return forecasts;
    }
}
