using MLOps.Models.Classical.Likelihood;

namespace MLOps.Models.Classical.StochasticVolatility;

/// <summary>Kalman filter of x(t) = h(t) + ln χ²₁, h(t+1) = μ + φ·(h(t) − μ) + η(t), h the log-variance, with the noise taken for normal (Harvey, Ruiz and Shephard 1994). Begins in the stationary distribution.</summary>
internal static class VolatilityFilter
{
    /// <summary>Gaussian quasi-log-likelihood by φ, ση² and μ.</summary>
    public static Jet LogLikelihood(ReadOnlySpan<double> logSquares, Jet phi, Jet variance, Jet level)
    {
        var square = phi * phi;
        var state = level;
        var uncertainty = variance / (1 - square);
        Jet sum = 0;
        foreach (var x in logSquares)
        {
            if (!double.IsNaN(x))
            {
                var spread = uncertainty + LogSquares.VarianceOfNoise;
                var surprise = x - LogSquares.MeanOfNoise - state;
                var gain = uncertainty / spread;
                sum -= 0.5 * (Math.Log(2 * Math.PI) + Jet.Log(spread) + (surprise * surprise / spread));
                state += gain * surprise;
                uncertainty = gain * LogSquares.VarianceOfNoise;
            }

            state = level + (phi * (state - level));
            uncertainty = (square * uncertainty) + variance;
        }

        return sum;
    }

    /// <summary>Of every day: the log-variance expected before it with its uncertainty, and the one filtered after it; after the last day, what is expected next.</summary>
    public static FilteredVolatility Run(ReadOnlySpan<double> logSquares, double phi, double variance, double level)
    {
        var (expected, uncertain) = (new double[logSquares.Length + 1], new double[logSquares.Length + 1]);
        var filtered = new double[logSquares.Length];
        expected[0] = level;
        uncertain[0] = variance / (1 - (phi * phi));
        for (var t = 0; t < logSquares.Length; t++)
        {
            var gain = double.IsNaN(logSquares[t]) ? 0 : uncertain[t] / (uncertain[t] + LogSquares.VarianceOfNoise);
            filtered[t] = gain == 0 ? expected[t] : expected[t] + (gain * (logSquares[t] - LogSquares.MeanOfNoise - expected[t]));
            expected[t + 1] = level + (phi * (filtered[t] - level));
            uncertain[t + 1] = (phi * phi * (1 - gain) * uncertain[t]) + variance;
        }

        return new FilteredVolatility(expected, uncertain, filtered);
    }
}
