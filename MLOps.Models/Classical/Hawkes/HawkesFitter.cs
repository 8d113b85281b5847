using MLOps.Models.Catalog;
using MLOps.Models.Classical.Likelihood;

namespace MLOps.Models.Classical.Hawkes;

/// <summary>Maximum likelihood of μ, n and β.</summary>
internal static class HawkesFitter
{
    public const int MinimumEvents = 50;

    /// <exception cref="ModelTrainingException">Too few events, or none of them at another time.</exception>
    public static HawkesFit Fit(double[] gaps, Action<int, double, double> iteration)
    {
        if (gaps.Length + 1 < MinimumEvents)
        {
            throw new ModelTrainingException($"There are {gaps.Length + 1} events, but at least {MinimumEvents} are needed.");
        }

        // Time in mean gaps, so that its unit changes nothing; μ and β in logarithms.
        var unit = gaps.Average();
        double[] scaled = [.. gaps.Select(gap => gap / unit)];
        var shift = -gaps.Length * Math.Log(unit);
        var fit = new JetMaximum(
            (logMu, branching, logBeta) => HawkesProcess.LogLikelihood(scaled, Jet.Exp(logMu), branching, Jet.Exp(logBeta)),
            [(-15, 5), (0, 0.9999), (-10, 15)])
            .Maximise(
                from branching in (double[])[0.2, 0.5, 0.8]
                from decay in (double[])[0.3, 2, 20, 500]
                select new[] { Math.Log(1 - branching), branching, Math.Log(decay) },
                (i, value, slope) => iteration(i, value + shift, slope));
        var (mu, beta) = (Math.Exp(fit.Point[0]) / unit, Math.Exp(fit.Point[2]) / unit);
        return new HawkesFit(
            new HawkesProcess(mu, fit.Point[1] * beta, beta),
            [fit.Errors[0] * mu, fit.Errors[1], fit.Errors[2] * beta],
            fit.LogLikelihood + shift,
            [.. fit.AtBound.Select(i => HawkesFit.Names[i])],
            fit.Iterations);
    }
}
