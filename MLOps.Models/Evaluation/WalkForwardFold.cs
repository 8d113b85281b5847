namespace MLOps.Models.Evaluation;

/// <summary>One fold: rows to train on and the rows after them to score. Ends are exclusive.</summary>
/// <param name="Number">From 1.</param>
public sealed record WalkForwardFold(int Number, int TrainFrom, int TrainTo, int TestFrom, int TestTo);
