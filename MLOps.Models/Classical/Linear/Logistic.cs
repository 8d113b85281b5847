namespace MLOps.Models.Classical.Linear;

/// <summary>The logistic function.</summary>
internal static class Logistic
{
    public static double Probability(double logOdds) => 1 / (1 + Math.Exp(-logOdds));
}
