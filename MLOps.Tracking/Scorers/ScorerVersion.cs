namespace MLOps.Tracking.Scorers;

/// <summary>One version of a scorer: a judge of traces that an experiment has registered.</summary>
/// <param name="Serialized">JSON as the client made it, with its gateway endpoint by name.</param>
/// <param name="CreationTime">Unix milliseconds.</param>
public sealed record ScorerVersion(string ScorerId, string ExperimentId, string Name, int Version, string Serialized, long CreationTime);
