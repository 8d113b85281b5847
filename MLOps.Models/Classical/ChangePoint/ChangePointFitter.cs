using MLOps.Models.Catalog;

namespace MLOps.Models.Classical.ChangePoint;

/// <summary>The prior under which the training series is most probable (empirical Bayes), by a pattern search (Hooke and Jeeves 1961) over the logarithms of λ, κ₀, α₀ and β₀; μ₀ is the series' mean.</summary>
internal static class ChangePointFitter
{
    public const int MinimumObservations = 30;
    private const double FirstStep = 1.2;
    private const double LastStep = 0.05;

    private static readonly (double Lower, double Upper)[] Bounds = [(Math.Log(5), Math.Log(1e4)), (Math.Log(1e-3), Math.Log(20)), (Math.Log(0.5), Math.Log(50)), (Math.Log(1e-3), Math.Log(50))];

    /// <param name="round">Hears each round's number and log-likelihood.</param>
    /// <exception cref="ModelTrainingException">The series never changes.</exception>
    public static ChangePointPrior Fit(double[] series, int lengths, Action<int, double> round, CancellationToken cancellationToken)
    {
        var (mean, deviation) = Scale(series);
        double[] scaled = [.. series.Select(y => (y - mean) / deviation)];
        double Value(double[] point)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var runs = new RunLengths(Prior(point), lengths);
            return scaled.Sum(runs.Step);
        }

        double[] best = [Math.Log(100), Math.Log(0.1), Math.Log(1), Math.Log(0.5)];
        var value = Value(best);
        var rounds = 0;
        for (var step = FirstStep; step > LastStep;)
        {
            var before = value;
            for (var i = 0; i < best.Length; i++)
            {
                foreach (var move in (double[])[step, -step])
                {
                    double[] moved = [.. best];
                    moved[i] = Math.Clamp(best[i] + move, Bounds[i].Lower, Bounds[i].Upper);
                    var reached = moved[i] == best[i] ? value : Value(moved);
                    if (reached > value)
                    {
                        (best, value) = (moved, reached);
                        break;
                    }
                }
            }

            round(++rounds, value - (series.Length * Math.Log(deviation)));
            step = value > before ? step : step / 2;
        }

        return Prior(best).In(deviation, mean);
    }

    /// <summary>Mean and standard deviation.</summary>
    /// <exception cref="ModelTrainingException">The series never changes.</exception>
    public static (double Mean, double Deviation) Scale(double[] series)
    {
        var mean = series.Average();
        var deviation = Math.Sqrt(series.Average(y => (y - mean) * (y - mean)));
        return deviation > 1e-12 * series.Max(Math.Abs)
            ? (mean, deviation)
            : throw new ModelTrainingException($"All {series.Length} observations are equal; a series that never changes has no change points.");
    }

    private static ChangePointPrior Prior(double[] point) => new(Math.Exp(point[0]), 0, Math.Exp(point[1]), Math.Exp(point[2]), Math.Exp(point[3]));
}
