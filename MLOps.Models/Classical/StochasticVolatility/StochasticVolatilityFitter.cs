using MLOps.Models.Catalog;
using MLOps.Models.Classical.Likelihood;

namespace MLOps.Models.Classical.StochasticVolatility;

/// <summary>Quasi-maximum likelihood of φ, ση² and μ.</summary>
internal static class StochasticVolatilityFitter
{
    public const int MinimumObservations = 100;

    /// <exception cref="ModelTrainingException">The series is constant or does not settle on a volatility that moves.</exception>
    public static StochasticVolatilityFit Fit(double[] series, double offsetShare, Action<int, double, double> iteration)
    {
        var squares = LogSquares.Of(series, offsetShare);
        double[] x = [.. series.Select(squares.At)];
        double[] known = [.. x.Where(double.IsFinite)];
        if (known.Length < MinimumObservations || known.Max() - known.Min() < 1e-9)
        {
            throw new ModelTrainingException($"Only {known.Length} of {series.Length} returns differ from their mean and from each other: at least {MinimumObservations} are needed to tell a volatility that moves.");
        }

        // Centred, so that the unit of the series, which only moves μ, changes nothing.
        var centre = known.Average() - LogSquares.MeanOfNoise;
        double[] centred = [.. x.Select(value => value - centre)];
        var fit = new JetMaximum(
            (phi, logVariance, level) => VolatilityFilter.LogLikelihood(centred, phi, Jet.Exp(logVariance), level),
            [(-0.9999, 0.9999), (-25, 5), (-30, 30)])
            .Maximise(
                from phi in (double[])[0.7, 0.9, 0.97, 0.99]
                from variance in (double[])[0.003, 0.03, 0.1, 0.5]
                select new[] { phi, Math.Log(variance), 0 },
                iteration);
        var sigma2 = Math.Exp(fit.Point[1]);
        return new StochasticVolatilityFit(
            squares,
            fit.Point[0],
            sigma2,
            fit.Point[2] + centre,
            [fit.Errors[0], fit.Errors[1] * sigma2, fit.Errors[2]],
            fit.LogLikelihood,
            [.. fit.AtBound.Select(i => StochasticVolatilityFit.Names[i])],
            fit.Iterations,
            x);
    }
}
