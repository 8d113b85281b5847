namespace MLOps.Models.Classical.TailRisk;

/// <summary><c>parameters.json</c> of the CVaR model.</summary>
/// <param name="Weights">Of the columns: the position whose returns are served; 1 for a single column.</param>
/// <param name="TailFigures">VaR and CVaR of the fitted tail at the usual levels, in units of the (standardised) losses.</param>
internal sealed record TailFile(
    int Observations,
    IReadOnlyList<string> Columns,
    IReadOnlyList<double> Weights,
    TailModel Model,
    IReadOnlyList<TailFigure> TailFigures,
    IReadOnlyDictionary<string, string> Conventions);

/// <summary>What a fitted tail says at one level.</summary>
internal sealed record TailFigure(double Level, double ValueAtRisk, double ConditionalValueAtRisk);
