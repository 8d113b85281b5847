namespace MLOps.Models.Classical.Portfolio;

/// <param name="Sides">The final working set: a free coordinate may lie on its bound by coincidence.</param>
/// <param name="Budget">Slope of the objective that all free coordinates share.</param>
internal sealed record BudgetSolution(double[] Point, Side[] Sides, double Budget);
