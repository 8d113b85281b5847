namespace MLOps.Models.Classical.StochasticVolatility;

/// <summary>x = ln(d² + c) − c/(d² + c) of the deviations d = y − mean (Fuller 1996); with c = 0 plainly ln d².</summary>
/// <param name="Mean">Of the fitted days.</param>
/// <param name="Offset">c: a share of the fitted days' variance.</param>
internal readonly record struct LogSquares(double Mean, double Offset)
{
    /// <summary>E ln χ²₁ = −γ − ln 2.</summary>
    public const double MeanOfNoise = -1.2703628454614782;

    /// <summary>Var ln χ²₁ = π²/2.</summary>
    public const double VarianceOfNoise = Math.PI * Math.PI / 2;

    public static LogSquares Of(double[] fitted, double share)
    {
        var mean = fitted.Average();
        return new LogSquares(mean, share * fitted.Average(y => (y - mean) * (y - mean)));
    }

    /// <summary>NaN: the return is the mean itself and c is 0, so the day says nothing and the filter predicts through it.</summary>
    public double At(double y)
    {
        var square = ((y - Mean) * (y - Mean)) + Offset;
        return square > 0 ? Math.Log(square) - (Offset / square) : double.NaN;
    }
}
