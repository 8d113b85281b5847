namespace MLOps.Models.Classical.Likelihood;

/// <summary>The search of Kiefer (1953) for the minimum of a function of one variable that falls and then rises. MathNet's FindMinimum can leave the bounds that it is given.</summary>
internal static class GoldenSection
{
    private static readonly double Ratio = (Math.Sqrt(5) - 1) / 2;

    /// <summary>Never outside the bounds: where the function falls up to one of them, it is that one.</summary>
    /// <param name="tolerance">How far apart the last two bounds may be.</param>
    public static double Minimum(Func<double, double> function, double lower, double upper, double tolerance)
    {
        var (left, right) = (upper - (Ratio * (upper - lower)), lower + (Ratio * (upper - lower)));
        var (atLeft, atRight) = (function(left), function(right));
        while (upper - lower > tolerance)
        {
            if (atLeft <= atRight)
            {
                (upper, right, atRight) = (right, left, atLeft);
                left = upper - (Ratio * (upper - lower));
                atLeft = function(left);
            }
            else
            {
                (lower, left, atLeft) = (left, right, atRight);
                right = lower + (Ratio * (upper - lower));
                atRight = function(right);
            }
        }

        return (lower + upper) / 2;
    }
}
