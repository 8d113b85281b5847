using MLOps.Models.Evaluation;

namespace MLOps.Models.Features.Labels;

/// <summary>Which barrier the price met first after an event.</summary>
/// <param name="Span">From the event's row to that of the touch or of the time limit.</param>
/// <param name="Side">1 the upper, −1 the lower, 0 neither within the time limit.</param>
/// <param name="Return">Simple return from the event to the end of the span.</param>
/// <param name="IsComplete">False where the rows end before a barrier or the time limit is met: what the label would have been is not known.</param>
public readonly record struct TripleBarrierLabel(LabelSpan Span, int Side, double Return, bool IsComplete);
