using Google.OrTools.LinearSolver;
using MLOps.Models.Catalog;

namespace MLOps.Models.Classical.TailRisk;

/// <summary>The weights of least conditional value at risk over scenarios of returns, by the linear program of Rockafellar and Uryasev (2000), "Optimization of conditional value-at-risk".</summary>
/// <param name="Weights">Sum 1.</param>
/// <param name="ValueAtRisk">a of the solution: one of the values at risk, which need not be unique.</param>
/// <param name="ConditionalValueAtRisk">The least there is.</param>
public sealed record CvarPortfolio(IReadOnlyList<double> Weights, double ValueAtRisk, double ConditionalValueAtRisk)
{
    /// <summary>Below this share of the greatest return a return is nothing: it moves no digit of the answer, and the solver cannot scale a program that holds both.</summary>
    private const double Negligible = 1e-15;

    /// <param name="returns">One row a scenario, all equally likely; one column an asset.</param>
    /// <exception cref="ModelTrainingException">The bounds allow no weights of sum 1, or the solver gives up.</exception>
    public static CvarPortfolio Minimise(IReadOnlyList<double[]> returns, double level, double minimumWeight = 0, double maximumWeight = 1)
    {
        var assets = returns[0].Length;
        if (minimumWeight > maximumWeight || minimumWeight * assets > 1 + 1e-12 || maximumWeight * assets < 1 - 1e-12)
        {
            throw new ModelTrainingException(FormattableString.Invariant($"Weights from {minimumWeight} to {maximumWeight} of {assets} assets cannot have the sum 1."));
        }

        // In units of the greatest return the program is the same whatever the returns' unit.
        var unit = returns.Max(row => row.Max(Math.Abs));
        unit = unit > 0 ? unit : 1;
        return Solve("GLOP", returns, level, unit, minimumWeight, maximumWeight, out var status)
            ?? Solve("CLP", returns, level, unit, minimumWeight, maximumWeight, out _)
            ?? throw new ModelTrainingException($"The linear program of {returns.Count} scenarios and {assets} assets ended as {status}; check the returns for values that are far too large.");
    }

    /// <summary>One solver's answer. GLOP gives up on a program in a thousand whose numbers differ by many powers of ten; CLP pivots otherwise.</summary>
    private static CvarPortfolio? Solve(
        string name, IReadOnlyList<double[]> returns, double level, double unit, double minimumWeight, double maximumWeight, out Solver.ResultStatus status)
    {
        var assets = returns[0].Length;
        using var solver = Solver.CreateSolver(name);
        var weights = solver.MakeNumVarArray(assets, minimumWeight, maximumWeight, "w");
        var atRisk = solver.MakeNumVar(double.NegativeInfinity, double.PositiveInfinity, "a");
        var beyond = solver.MakeNumVarArray(returns.Count, 0, double.PositiveInfinity, "z");
        var budget = solver.MakeConstraint(1, 1);
        var objective = solver.Objective();
        objective.SetCoefficient(atRisk, 1);
        Array.ForEach(weights, weight => budget.SetCoefficient(weight, 1));
        for (var t = 0; t < returns.Count; t++)
        {
            // z ≥ loss − a.
            var scenario = solver.MakeConstraint(0, double.PositiveInfinity);
            scenario.SetCoefficient(beyond[t], 1);
            scenario.SetCoefficient(atRisk, 1);
            for (var i = 0; i < assets; i++)
            {
                var share = returns[t][i] / unit;
                scenario.SetCoefficient(weights[i], Math.Abs(share) < Negligible ? 0 : share);
            }

            objective.SetCoefficient(beyond[t], 1 / ((1 - level) * returns.Count));
        }

        objective.SetMinimization();
        status = solver.Solve();
        return status == Solver.ResultStatus.OPTIMAL
            ? new CvarPortfolio([.. weights.Select(weight => weight.SolutionValue())], unit * atRisk.SolutionValue(), unit * objective.Value())
            : null;
    }
}
