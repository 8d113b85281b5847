namespace MLOps.Tracking.Traces;

/// <param name="Base">The traces among which both are counted; null: all of the experiments.</param>
public sealed record CorrelateFilters(IReadOnlyList<string> ExperimentIds, string First, string Second, string? Base);

/// <summary>How strongly two filters go together.</summary>
/// <param name="Npmi">Normalised pointwise mutual information, -1 to 1; NaN when a filter matches nothing.</param>
/// <param name="Smoothed">The same with half a trace added to each of the four counts.</param>
public sealed record FilterCorrelation(double Npmi, double Smoothed, long First, long Second, long Joint, long Total)
{
    private const double Smoothing = 0.5;

    public static FilterCorrelation Of(long first, long second, long joint, long total)
    {
        if (total <= 0 || first == 0 || second == 0 || joint > Math.Min(first, second) || total - first - second + joint < 0)
        {
            return new FilterCorrelation(double.NaN, double.NaN, first, second, joint, total);
        }

        return new FilterCorrelation(joint == 0 ? -1 : Information(first, second, joint, total, 0), Information(first, second, joint, total, Smoothing), first, second, joint, total);
    }

    private static double Information(long first, long second, long joint, long total, double added)
    {
        if (first == joint && second == joint && total == joint)
        {
            return 1;
        }

        var both = joint + added;
        var all = total + (4 * added);
        var pointwise = Math.Log(both) + Math.Log(all) - Math.Log(first + (2 * added)) - Math.Log(second + (2 * added));
        return Math.Clamp(pointwise / (Math.Log(all) - Math.Log(both)), -1, 1);
    }
}
