namespace MLOps.Models.Classical.Portfolio;

/// <summary>One portfolio of the frontier.</summary>
/// <param name="Lambda">The risk tolerance at which it is optimal.</param>
/// <param name="Return">μ'w.</param>
/// <param name="Risk">√(w'Σw).</param>
public sealed record FrontierPortfolio(double Lambda, IReadOnlyList<double> Weights, double Return, double Risk)
{
    public double Sharpe => Return / Risk;
}
