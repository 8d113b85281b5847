namespace MLOps.Models.Classical.Garch;

/// <summary>Scores variance forecasts on days that the fit has not seen.</summary>
internal static class VolatilityEvaluation
{
    private const double EwmaDecay = 0.94;

    /// <summary>QLIKE of the model and of two naive forecasts: mean of ln h + e²/h, lower is better (Patton 2011; the form that stands a residual of 0).</summary>
    /// <param name="returns">Every day, oldest first.</param>
    /// <param name="from">First day to score; the naive forecasts are made of those before it.</param>
    /// <param name="mean">The model's mean.</param>
    /// <param name="variances">The model's forecast of each day's variance, made before that day.</param>
    public static Dictionary<string, double> Score(ReadOnlySpan<double> returns, int from, double mean, ReadOnlySpan<double> variances)
    {
        var naiveMean = 0.0;
        foreach (var y in returns[..from])
        {
            naiveMean += y / from;
        }

        var constant = 0.0;
        foreach (var y in returns[..from])
        {
            constant += (y - naiveMean) * (y - naiveMean) / from;
        }

        var ewma = constant;
        var (model, byEwma, byConstant) = (0.0, 0.0, 0.0);
        for (var t = 0; t < returns.Length; t++)
        {
            var deviation = returns[t] - naiveMean;
            if (t >= from)
            {
                model += Loss(returns[t] - mean, variances[t]);
                byEwma += Loss(deviation, ewma);
                byConstant += Loss(deviation, constant);
            }

            ewma = (EwmaDecay * ewma) + ((1 - EwmaDecay) * deviation * deviation);
        }

        var days = returns.Length - from;
        return new Dictionary<string, double>
        {
            ["qlike"] = model / days,
            ["qlike_ewma"] = byEwma / days,
            ["qlike_constant"] = byConstant / days,
            ["days"] = days,
        };
    }

    private static double Loss(double residual, double variance) => Math.Log(variance) + (residual * residual / variance);
}
