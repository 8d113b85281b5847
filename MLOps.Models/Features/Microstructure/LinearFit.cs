namespace MLOps.Models.Features.Microstructure;

/// <summary>A line through points by least squares.</summary>
/// <param name="R2">Share of the variance that it explains; 0 where there is none to explain.</param>
public sealed record LinearFit(double Slope, double Intercept, double R2, int Count)
{
    /// <returns>Null for fewer than three points, or where x never varies.</returns>
    public static LinearFit? Of(double[] x, double[] y)
    {
        if (x.Length != y.Length)
        {
            throw new ArgumentException($"There are {x.Length} x and {y.Length} y; give pairs.", nameof(y));
        }

        if (x.Length < 3 || !x.AsSpan().ContainsAnyExcept(x[0]))
        {
            return null;
        }

        var (meanX, meanY) = (x.Average(), y.Average());
        var (xx, xy, yy) = (0.0, 0.0, 0.0);
        for (var i = 0; i < x.Length; i++)
        {
            var (a, b) = (x[i] - meanX, y[i] - meanY);
            xx += a * a;
            xy += a * b;
            yy += b * b;
        }

        return new LinearFit(xy / xx, meanY - (xy / xx * meanX), yy > 0 ? xy * xy / (xx * yy) : 0, x.Length);
    }
}
