using MLOps.Models.Evaluation;

namespace MLOps.Models.Classical.BoostedTrees;

/// <summary>What followed a day: positive where the value exceeds the labelling's threshold.</summary>
/// <param name="Span">From the day to the last that the value looks at.</param>
internal readonly record struct SignalLabel(LabelSpan Span, double Value);
