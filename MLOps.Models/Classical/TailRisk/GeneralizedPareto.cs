using MathNet.Numerics.RootFinding;
using MLOps.Models.Catalog;
using MLOps.Models.Classical.Likelihood;

namespace MLOps.Models.Classical.TailRisk;

/// <summary>Peaks over threshold: maximum likelihood of the generalised Pareto distribution by its profile in θ = ξ/β (Davison 1984; Grimshaw 1993), so that one dimension has to be searched.</summary>
public static class GeneralizedPareto
{
    private const int MinimumExceedances = 10;
    private const int GridPoints = 400;

    /// <summary>Below it the likelihood grows without end towards the largest excess: no maximum there means anything.</summary>
    private const double LeastShape = -1;

    /// <param name="losses">Any order; those above the threshold are fitted.</param>
    /// <exception cref="ModelTrainingException">A loss is not finite, or fewer than ten, or only equal ones, are above the threshold.</exception>
    public static ParetoFit Fit(IReadOnlyList<double> losses, double threshold)
    {
        if (losses.Any(loss => !double.IsFinite(loss)) || !double.IsFinite(threshold))
        {
            throw new ModelTrainingException("Losses and threshold must be finite numbers.");
        }

        double[] excesses = [.. losses.Where(loss => loss > threshold).Select(loss => loss - threshold)];
        if (excesses.Length < MinimumExceedances || excesses.Max() == excesses.Min())
        {
            throw new ModelTrainingException(FormattableString.Invariant(
                $"{excesses.Length} of {losses.Count} losses are above the threshold {threshold}; at least {MinimumExceedances} that differ are needed. Lower the threshold or give more history."));
        }

        // In units of the mean excess.
        var unit = excesses.Average();
        var scaled = Array.ConvertAll(excesses, y => y / unit);
        var slope = Maximum(scaled);
        var (shape, scale) = Parameters(scaled, slope);
        var (shapeError, scaleError) = Errors(scaled, shape, scale);
        var loglik = -excesses.Length * (Math.Log(scale * unit) + shape + 1);
        return new ParetoFit(threshold, losses.Count, excesses.Length, shape, scale * unit, shapeError, scaleError * unit, loglik);
    }

    /// <summary>θ of the largest profile likelihood.</summary>
    private static double Maximum(double[] excesses)
    {
        var lower = -1 / excesses.Max();
        double[] grid = [.. Enumerable.Range(0, GridPoints).Select(k => lower * (1 - Math.Exp(-14 + (24.0 * k / GridPoints))))];
        var best = Enumerable.Range(0, GridPoints).MaxBy(k => Profile(excesses, grid[k]));
        var (from, to) = (grid[Math.Max(0, best - 1)], grid[Math.Min(GridPoints - 1, best + 1)]);
        var peak = GoldenSection.Minimum(theta => -Profile(excesses, theta), from, to, 1e-9 * (to - from));

        // A maximum is flat: its place has half the digits until the slope itself is brought to 0.
        var width = 1e-3 * (to - from);
        var (left, right) = (Math.Max(from, peak - width), Math.Min(to, peak + width));
        return Math.Abs(peak) > 1e-3 && Math.Sign(Slope(excesses, left)) != Math.Sign(Slope(excesses, right))
            && Brent.TryFindRoot(theta => Slope(excesses, theta), left, right, 1e-15, 200, out var root)
            ? root
            : peak;
    }

    private static double Profile(double[] excesses, double theta)
    {
        var (shape, scale) = Parameters(excesses, theta);
        return shape < LeastShape || !(scale > 0) ? double.NegativeInfinity : -Math.Log(scale) - shape;
    }

    /// <summary>Slope of the profile likelihood in θ, up to a positive factor: (1 + ξ)·θ·ξ′(θ) − ξ over θ².</summary>
    private static double Slope(double[] excesses, double theta)
    {
        var (shape, _) = Parameters(excesses, theta);
        var turn = excesses.Average(y => theta * y / (1 + (theta * y)));
        return (shape - ((1 + shape) * turn)) / (theta * theta);
    }

    /// <summary>For a given θ the best ξ is the mean of ln(1 + θy).</summary>
    private static (double Shape, double Scale) Parameters(double[] excesses, double theta)
    {
        var shape = excesses.Average(y => Smooth.LogOnePlus(theta * y));
        return (shape, theta == 0 ? excesses.Average() : shape / theta);
    }

    /// <summary>Roots of the diagonal of the inverse observed information in (ξ, β).</summary>
    private static (double Shape, double Scale) Errors(double[] excesses, double shape, double scale)
    {
        if (shape <= -0.5)
        {
            return (double.NaN, double.NaN);
        }

        var (byScale, mixed, byShape) = (0.0, 0.0, 0.0);
        foreach (var y in excesses)
        {
            var w = y / scale;
            var ratio = w / (1 + (shape * w));
            byScale += (((1 + shape) * ((2 * ratio) - (shape * ratio * ratio))) - 1) / (scale * scale);
            mixed += (((1 + shape) * ratio * ratio) - ratio) / scale;
            byShape -= Curvature(shape, w, ratio);
        }

        var determinant = (byScale * byShape) - (mixed * mixed);
        return (Math.Sqrt(byScale / determinant), Math.Sqrt(byShape / determinant));
    }

    /// <summary>Second derivative by ξ of −(1 + 1/ξ)·ln(1 + ξw).</summary>
    private static double Curvature(double shape, double w, double ratio) => Math.Abs(shape * w) < 1e-3
        ? (w * w) - (2 * w * w * w / 3) + (6 * shape * ((w * w * w * w / 4) - (w * w * w / 3)))
        : (-2 * Smooth.LogOnePlus(shape * w) / (shape * shape * shape)) + (2 * ratio / (shape * shape)) + ((1 + (1 / shape)) * ratio * ratio);
}
