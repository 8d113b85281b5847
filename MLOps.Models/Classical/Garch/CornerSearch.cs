namespace MLOps.Models.Classical.Garch;

/// <summary>Looks for the best mean where the likelihood has a corner in μ at every observation: between two of them it is smooth, so each gap may hold a maximum of its own,
/// and a return that comes often, as 0 does on holidays, can hold one in the corner that it makes, where no slope is 0.</summary>
internal sealed class CornerSearch(double[] series, GarchLikelihood likelihood, Func<double[], IReadOnlySet<int>, BoxNewtonResult> optimise)
{
    private static readonly HashSet<int> Nothing = [];
    private static readonly HashSet<int> Mean = [0];

    private const int Neighbours = 12;
    private const int Beside = 4;
    private const int Rounds = 10;

    private readonly double[] _corners = [.. series.Distinct().Order()];
    private readonly double _mode = series.CountBy(y => y).MaxBy(entry => entry.Value).Key;

    /// <returns>The best fit, and whether its mean stands in a corner.</returns>
    public (BoxNewtonResult Best, bool InCorner) Improve(BoxNewtonResult first)
    {
        var smooth = new List<BoxNewtonResult> { first };
        var corners = new List<BoxNewtonResult>();
        var best = first;
        for (var round = 0; round < Rounds; round++)
        {
            var before = best;
            foreach (var (point, isCorner) in Near(best.Point))
            {
                var found = optimise(point, isCorner ? Mean : Nothing);
                if (found.Converged)
                {
                    (isCorner ? corners : smooth).Add(found);
                    best = !best.Converged || found.Value > best.Value ? found : best;
                }
            }

            if (before.Converged && best.Value <= before.Value + Slack(before))
            {
                break;
            }
        }

        // One that came to a halt on a slope stands beside a corner, not on a top.
        smooth.RemoveAll(result => !result.Converged || result.Slope > 1e-6 * (1 + Math.Abs(result.Value)));
        var top = smooth.MaxBy(result => result.Value);
        if (corners.MaxBy(result => result.Value) is { } corner && (top is null || corner.Value > top.Value + Slack(top)))
        {
            return (corner, true);
        }

        return (top is null ? first : NearestTheSampleMean(smooth.Where(result => result.Value >= top.Value - Slack(top))), false);
    }

    /// <summary>Where several gaps hold maxima that differ by less than the ninth digit, the data do not say which: the rule keeps the answer from depending on the optimiser's path.</summary>
    private BoxNewtonResult NearestTheSampleMean(IEnumerable<BoxNewtonResult> equals)
    {
        var mean = series.Average();
        return equals.OrderBy(result => Math.Round(Math.Abs(result.Point[0] - mean), 9)).ThenByDescending(result => result.Value).First();
    }

    private static double Slack(BoxNewtonResult result) => 1e-9 * (1 + Math.Abs(result.Value));

    /// <summary>The gap that the mean is in and those beside it; the best other gap and corner near by, with all else equal; and the return that comes most often.</summary>
    private List<(double[] Point, bool Corner)> Near(double[] point)
    {
        double[] PointAt(double mean) => [mean, .. point[1..]];
        double[] corners = [.. _corners.Where(y => y < point[0]).TakeLast(Neighbours), .. _corners.Where(y => y >= point[0]).Take(Neighbours)];
        var gaps = corners.Skip(1).Zip(corners, (right, left) => (left + right) / 2).ToList();
        var beside = gaps.OrderBy(mean => Math.Abs(mean - point[0])).Take(Beside).ToList();
        var best = gaps.Except(beside).OrderByDescending(mean => likelihood.Value(PointAt(mean))).Take(1);
        var corner = corners.OrderByDescending(mean => likelihood.Value(PointAt(mean))).Take(1);
        return
        [
            .. beside.Concat(best).Select(mean => (PointAt(mean), false)),
            .. corner.Append(_mode).Distinct().Select(mean => (PointAt(mean), true)),
        ];
    }
}
