namespace MLOps.Models.Classical.TailRisk;

/// <summary>Functions that lose their digits near 0 if computed as they are written.</summary>
internal static class Smooth
{
    private const double Small = 1e-5;

    /// <summary>ln(1 + x) (Kahan).</summary>
    public static double LogOnePlus(double x)
    {
        var sum = 1 + x;
        return sum == 1 ? x : Math.Log(sum) * x / (sum - 1);
    }

    /// <summary>(e^(ξa) − 1)/ξ, which is a for ξ = 0.</summary>
    public static double PowerIntegral(double shape, double a) => Math.Abs(shape * a) < Small
        ? a * (1 + (shape * a / 2) + (shape * a * shape * a / 6))
        : (Math.Exp(shape * a) - 1) / shape;
}
