namespace MLOps.Models.Classical.Portfolio;

/// <summary><c>parameters.json</c> of the portfolio optimizer: what the graph is fed with, and the frontier.</summary>
/// <param name="Lambda">Risk tolerance of the objective asked for.</param>
/// <param name="Weights">The portfolio of that objective.</param>
/// <param name="Mean">Mean daily log return of each asset.</param>
/// <param name="Covariance">Of daily log returns, one row an asset.</param>
internal sealed record PortfolioFile(
    int Observations,
    string Objective,
    double Lambda,
    IReadOnlyList<string> Assets,
    IReadOnlyList<double> Weights,
    IReadOnlyList<double> Mean,
    double[][] Covariance,
    FrontierPortfolio MinimumVariance,
    FrontierPortfolio MaximumSharpe,
    IReadOnlyList<TurningPoint> TurningPoints,
    double CostBasisPoints,
    IReadOnlyDictionary<string, string> Conventions);
