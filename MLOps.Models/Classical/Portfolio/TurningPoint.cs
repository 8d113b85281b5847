namespace MLOps.Models.Classical.Portfolio;

/// <summary>A portfolio at which the efficient frontier changes its set of free assets; between two of them the weights are linear in λ.</summary>
/// <param name="Lambda">Risk tolerance: the weights minimise ½w'Σw − λμ'w. Infinite for the first, 0 for the last.</param>
/// <param name="Weights">Sum 1.</param>
/// <param name="Return">μ'w, in μ's unit.</param>
/// <param name="Risk">√(w'Σw), in the root of Σ's unit.</param>
public sealed record TurningPoint(double Lambda, IReadOnlyList<double> Weights, double Return, double Risk);
