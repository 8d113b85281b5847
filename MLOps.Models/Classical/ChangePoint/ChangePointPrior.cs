namespace MLOps.Models.Classical.ChangePoint;

/// <summary>What is believed of a run before it has an observation: its mean and variance are normal-inverse-gamma, and it ends after each observation with probability 1/λ.</summary>
/// <param name="Lambda">λ, expected length of a run.</param>
/// <param name="Mean">μ₀.</param>
/// <param name="Kappa">κ₀, how many observations the belief in μ₀ is worth.</param>
/// <param name="Alpha">α₀, half of how many the belief in the variance is worth.</param>
/// <param name="Beta">β₀; β₀/α₀ is about the variance within a run.</param>
internal readonly record struct ChangePointPrior(double Lambda, double Mean, double Kappa, double Alpha, double Beta)
{
    public double Hazard => 1 / Lambda;

    /// <summary>The same belief of a·y + b.</summary>
    public ChangePointPrior In(double a, double b) => this with { Mean = (a * Mean) + b, Beta = a * a * Beta };
}
