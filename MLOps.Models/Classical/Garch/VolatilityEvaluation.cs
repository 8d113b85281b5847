namespace MLOps.Models.Classical.Garch;

/// <summary>Scores variance forecasts on days that the fit has not seen.</summary>
internal static class VolatilityEvaluation
{
    private const double EwmaDecay = 0.94;

    /// <summary>QLIKE of the model and of two naive forecasts over the residuals after the fit: mean of ln h + e²/h, lower is better (Patton 2011; the form that stands a residual of 0).</summary>
    /// <param name="returns">Fitted days and validation days.</param>
    /// <param name="fitted">How many of them were fitted.</param>
    public static IEnumerable<KeyValuePair<string, double>> Score(double[] returns, int fitted, VarianceRecursion recursion, GarchFit fit)
    {
        var mean = returns[..fitted].Average();
        var constant = returns[..fitted].Average(y => (y - mean) * (y - mean));
        var ewma = constant;
        var state = new VarianceState(fit.Theta.Length) { Variance = fit.Variances[0] };
        var (model, byEwma, byConstant) = (0.0, 0.0, 0.0);
        for (var t = 0; t < returns.Length; t++)
        {
            var residual = returns[t] - fit.Theta[0];
            var deviation = returns[t] - mean;
            if (t >= fitted)
            {
                model += Loss(residual, state.Variance);
                byEwma += Loss(deviation, ewma);
                byConstant += Loss(deviation, constant);
            }

            recursion.Step(fit.Theta, residual, 0, state);
            ewma = (EwmaDecay * ewma) + ((1 - EwmaDecay) * deviation * deviation);
        }

        var days = returns.Length - fitted;
        yield return KeyValuePair.Create("val_qlike", model / days);
        yield return KeyValuePair.Create("val_qlike_ewma", byEwma / days);
        yield return KeyValuePair.Create("val_qlike_constant", byConstant / days);
        yield return KeyValuePair.Create("val_days", (double)days);
    }

    private static double Loss(double residual, double variance) => Math.Log(variance) + (residual * residual / variance);
}
