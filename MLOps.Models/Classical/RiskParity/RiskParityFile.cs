namespace MLOps.Models.Classical.RiskParity;

/// <summary><c>parameters.json</c> of hierarchical risk parity.</summary>
/// <param name="Order">Assets by number from left to right under the tree: the graph is made for this order.</param>
/// <param name="Covariance">Of daily log returns, one row an asset.</param>
internal sealed record RiskParityFile(
    int Observations,
    IReadOnlyList<string> Assets,
    IReadOnlyList<int> Order,
    IReadOnlyList<double> Weights,
    IReadOnlyList<Merge> Merges,
    double[][] Covariance,
    double CostBasisPoints,
    IReadOnlyDictionary<string, string> Conventions);
