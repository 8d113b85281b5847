using MLOps.Models.Classical.Likelihood;

namespace MLOps.Models.Classical.KalmanPairs;

/// <summary>Kalman filter of y(t) = a(t) + b(t)·x(t) + ε, ε ~ N(0, r), where a and b walk at random, each with variance q a row. Every row, the first too, is first predicted (the covariance grows by q) and then corrected. Before the first row a = b = 0 with variance p0 each.</summary>
/// <param name="Q">Variance of a step of the walks.</param>
/// <param name="R">Variance of the spread.</param>
/// <param name="P0">Variance of a and b before the first row.</param>
internal readonly record struct HedgeFilter(double Q, double R, double P0)
{
    public HedgeState Start => new(0, 0, P0, 0, P0);

    public HedgeStep Step(in HedgeState before, double y, double x)
    {
        var p00 = before.InterceptVariance + Q;
        var p11 = before.RatioVariance + Q;
        var c0 = p00 + (before.Covariance * x);
        var c1 = before.Covariance + (p11 * x);
        var variance = c0 + (x * c1) + R;
        var spread = y - before.Intercept - (before.Ratio * x);
        return new HedgeStep(spread, variance, new HedgeState(
            before.Intercept + (c0 / variance * spread),
            before.Ratio + (c1 / variance * spread),
            p00 - (c0 * c0 / variance),
            before.Covariance - (c0 * c1 / variance),
            p11 - (c1 * c1 / variance)));
    }

    public HedgeStep[] Run(ReadOnlySpan<double> y, ReadOnlySpan<double> x)
    {
        var steps = new HedgeStep[y.Length];
        var state = Start;
        for (var t = 0; t < steps.Length; t++)
        {
            steps[t] = Step(state, y[t], x[t]);
            state = steps[t].State;
        }

        return steps;
    }

    /// <summary>Log-likelihood of a history by q and r.</summary>
    public static Jet LogLikelihood(double[] y, double[] x, double p0, Jet q, Jet r)
    {
        Jet a = 0, b = 0, p00 = p0, p01 = 0, p11 = p0, sum = 0;
        for (var t = 0; t < y.Length; t++)
        {
            p00 += q;
            p11 += q;
            var c0 = p00 + (p01 * x[t]);
            var c1 = p01 + (p11 * x[t]);
            var variance = c0 + (c1 * x[t]) + r;
            var spread = y[t] - a - (b * x[t]);
            sum -= 0.5 * (Math.Log(2 * Math.PI) + Jet.Log(variance) + (spread * spread / variance));
            var (g0, g1) = (c0 / variance, c1 / variance);
            a += g0 * spread;
            b += g1 * spread;
            p00 -= g0 * c0;
            p01 -= g0 * c1;
            p11 -= g1 * c1;
        }

        return sum;
    }
}
