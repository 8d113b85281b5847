namespace MLOps.Models.Classical.Garch;

/// <summary>Second derivative of ln Γ, which MathNet.Numerics does not have.</summary>
internal static class Trigamma
{
    /// <summary>ψ′(x) for x > 0: ψ′(x) = ψ′(x+1) + 1/x² up to x ≥ 12, then the asymptotic series (Abramowitz and Stegun 6.4.12); about 15 digits.</summary>
    public static double Of(double x)
    {
        var sum = 0.0;
        for (; x < 12; x++)
        {
            sum += 1 / (x * x);
        }

        var square = 1 / (x * x);
        var series = square * ((1.0 / 6) - (square * ((1.0 / 30) - (square * ((1.0 / 42) - (square * ((1.0 / 30) - (square * ((5.0 / 66) - (square * (691.0 / 2730)))))))))));
        return sum + (1 / x) + (0.5 * square) + (series / x);
    }
}
