namespace MLOps.Models.Classical.KalmanPairs;

/// <summary>Scores what the filter expects of y before each row beside least squares over all rows before the scored ones, and over the last 250.</summary>
internal static class HedgeScore
{
    private const int Window = 250;

    public static Dictionary<string, double> Of(double[] y, double[] x, int from, Func<int, (double Spread, double LogDensity)> filter)
    {
        var fixedHedge = StaticHedge.Fit(y.AsSpan(0, from), x.AsSpan(0, from));
        var (model, score, fixedSquares, rollingSquares, fixedScore) = (0.0, 0.0, 0.0, 0.0, 0.0);
        for (var t = from; t < y.Length; t++)
        {
            var (spread, density) = filter(t);
            model += spread * spread;
            score += density;
            var fixedSpread = y[t] - fixedHedge.Intercept - (fixedHedge.Ratio * x[t]);
            fixedSquares += fixedSpread * fixedSpread;
            fixedScore -= 0.5 * (Math.Log(2 * Math.PI * fixedHedge.Variance) + (fixedSpread * fixedSpread / fixedHedge.Variance));
            var begin = Math.Max(0, t - Window);
            var rolling = StaticHedge.Fit(y.AsSpan(begin, t - begin), x.AsSpan(begin, t - begin));
            rollingSquares += Math.Pow(y[t] - rolling.Intercept - (rolling.Ratio * x[t]), 2);
        }

        var rows = y.Length - from;
        return new Dictionary<string, double>
        {
            ["rmse"] = Math.Sqrt(model / rows),
            ["rmse_ols"] = Math.Sqrt(fixedSquares / rows),
            ["rmse_rolling250"] = Math.Sqrt(rollingSquares / rows),
            ["log_score"] = score / rows,
            ["log_score_ols"] = fixedScore / rows,
            ["rows"] = rows,
        };
    }
}
