namespace MLOps.Models.Features.Pipelines;

/// <summary>A feature's mean and deviation in training; 0 and 1 where it is not scaled.</summary>
public sealed record FittedFeature(string Name, double Mean, double Deviation);
