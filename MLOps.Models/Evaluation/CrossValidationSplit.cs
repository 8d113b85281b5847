namespace MLOps.Models.Evaluation;

/// <summary>Observations to train on and observations to score, by their index, ascending.</summary>
public sealed record CrossValidationSplit(IReadOnlyList<int> Train, IReadOnlyList<int> Test);
