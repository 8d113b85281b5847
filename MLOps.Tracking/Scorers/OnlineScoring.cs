namespace MLOps.Tracking.Scorers;

/// <summary>How often a scorer is to judge the traces that come in.</summary>
/// <param name="SampleRate">Share of the traces, from 0 to 1.</param>
/// <param name="Filter">Which traces, in the search's grammar; null: all.</param>
public sealed record OnlineScoring(string ConfigId, string ScorerId, string ExperimentId, double SampleRate, string? Filter);
