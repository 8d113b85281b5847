namespace MLOps.Models.Search;

/// <summary>A trial's loss at a step; the smaller the better.</summary>
public readonly record struct SearchLoss(long Step, double Value);
