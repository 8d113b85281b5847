namespace MLOps.Models.Classical.Garch;

/// <summary>What stands for the day before the first: the mean e² of the fitted days.</summary>
/// <param name="Square">s = mean e²; ∂²s/∂μ² is 2.</param>
/// <param name="Slope">∂s/∂μ.</param>
internal readonly record struct Presample(double Square, double Slope)
{
    public static Presample Of(ReadOnlySpan<double> series, double mean)
    {
        var (sum, squares) = (0.0, 0.0);
        foreach (var y in series)
        {
            var residual = y - mean;
            sum += residual;
            squares += residual * residual;
        }

        return new Presample(squares / series.Length, -2 * sum / series.Length);
    }
}
