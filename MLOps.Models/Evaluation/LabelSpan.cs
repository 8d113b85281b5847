namespace MLOps.Models.Evaluation;

/// <summary>The rows that an observation's label is made of: from the row that it belongs to, to the last that it looks at, inclusive.
/// For a triple-barrier label the row of the event and the row of the first touch.</summary>
public readonly record struct LabelSpan(int Start, int End);
