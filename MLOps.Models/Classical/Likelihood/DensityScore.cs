namespace MLOps.Models.Classical.Likelihood;

/// <summary>Scores one-step-ahead densities of returns by their mean logarithm, higher is better, beside two that know no regimes and no breaks.</summary>
internal static class DensityScore
{
    private const double Decay = 0.94;

    /// <param name="series">Every day.</param>
    /// <param name="from">First day to score: the plain normal is fitted on those before it.</param>
    /// <param name="logDensities">The model's, of every day.</param>
    public static Dictionary<string, double> Of(double[] series, int from, ReadOnlySpan<double> logDensities)
    {
        var mean = series.Take(from).Average();
        var variance = series.Take(from).Average(y => (y - mean) * (y - mean));
        var (model, normal, moving, average) = (0.0, 0.0, 0.0, variance);
        for (var t = 0; t < series.Length; t++)
        {
            var square = (series[t] - mean) * (series[t] - mean);
            if (t >= from)
            {
                model += logDensities[t];
                normal += LogNormal(square, variance);
                moving += LogNormal(square, average);
            }

            average = (Decay * average) + ((1 - Decay) * square);
        }

        var days = series.Length - from;
        return new Dictionary<string, double>
        {
            ["log_score"] = model / days,
            ["log_score_normal"] = normal / days,
            ["log_score_ewma"] = moving / days,
            ["days"] = days,
        };
    }

    private static double LogNormal(double square, double variance) => -0.5 * (Math.Log(2 * Math.PI * variance) + (square / variance));
}
