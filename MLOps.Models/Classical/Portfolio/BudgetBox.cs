namespace MLOps.Models.Classical.Portfolio;

/// <summary>The weights of sum 1 within common bounds: what a portfolio may be.</summary>
internal readonly record struct BudgetBox(double Lower, double Upper)
{
    /// <summary>The nearest allowed weights: each v(i) less one threshold τ, cut off at the bounds, so that the sum is 1.</summary>
    /// <remarks>The sum falls in pieces linear in τ with corners at v−lower and v−upper, so τ lies between the last corner of a sum ≥ 1 and the first of one ≤ 1. That form has an ONNX twin without sorting.</remarks>
    public double[] Project(double[] point)
    {
        var (lower, upper) = (Lower, Upper);
        double[] corners = [.. point.Select(v => v - lower), .. point.Select(v => v - upper)];
        var excess = Array.ConvertAll(corners, corner => point.Sum(v => Math.Clamp(v - corner, lower, upper)) - 1);
        var (least, most) = (Math.Min(0, excess.Max()), Math.Max(0, excess.Min()));
        var (from, to, above, below) = (double.NegativeInfinity, double.PositiveInfinity, double.PositiveInfinity, double.NegativeInfinity);
        for (var k = 0; k < corners.Length; k++)
        {
            if (excess[k] >= least)
            {
                (from, above) = (Math.Max(from, corners[k]), Math.Min(above, excess[k]));
            }

            if (excess[k] <= most)
            {
                (to, below) = (Math.Min(to, corners[k]), Math.Max(below, excess[k]));
            }
        }

        var share = Math.Clamp(above / Math.Max(above - below, 1e-300), 0, 1);
        var threshold = from + (share * (to - from));
        return Array.ConvertAll(point, v => Math.Clamp(v - threshold, lower, upper));
    }
}
