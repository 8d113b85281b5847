namespace MLOps.Models.Classical.ValueAtRisk;

/// <summary>Christoffersen's tests of a series of hits (1998, "Evaluating interval forecasts").</summary>
/// <param name="Transitions">Days by yesterday's and today's hit: [0][1] are the hits after a day without one.</param>
/// <param name="Coverage">Whether there are as many hits as there should be (Kupiec), over every day.</param>
/// <param name="Independence">Whether a hit says nothing about the day after it.</param>
/// <param name="Conditional">Both together: the sum of the two statistics, two degrees of freedom.</param>
public sealed record IndependenceTest(
    int Observations,
    int Exceptions,
    IReadOnlyList<IReadOnlyList<int>> Transitions,
    LikelihoodRatio Coverage,
    LikelihoodRatio Independence,
    LikelihoodRatio Conditional);
