namespace MLOps.Models.Features.Labels;

/// <summary>Symmetric CUSUM filter: events where the price has run so far up, or so far down, since the last one. López de Prado (2018), chapter 2.5.2.</summary>
public static class CusumFilter
{
    /// <summary>Indices of the returns at which an event falls; both sums begin anew there.</summary>
    /// <param name="returns">Log returns as fractions, or any changes of one unit.</param>
    /// <param name="threshold">In the same unit, above 0; an event needs more than it.</param>
    public static int[] Events(ReadOnlySpan<double> returns, double threshold)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(threshold);
        var events = new List<int>();
        var (up, down) = (0.0, 0.0);
        for (var i = 0; i < returns.Length; i++)
        {
            (up, down) = (Math.Max(0, up + returns[i]), Math.Min(0, down + returns[i]));
            if (up > threshold || down < -threshold)
            {
                events.Add(i);
                (up, down) = (0, 0);
            }
        }

        return [.. events];
    }
}
