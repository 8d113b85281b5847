using MLOps.Models.Catalog;

namespace MLOps.Models.Classical.OrderFlowImpact;

/// <summary>Hyper-parameters of the order-flow impact.</summary>
/// <param name="TickSize">Price of one tick.</param>
internal sealed record OrderFlowSettings(double IntervalSeconds, double TickSize, double Ridge, string Predictors)
{
    public const string ValidationFraction = "validation_fraction";

    public static IReadOnlyList<HyperParameter> Declared { get; } =
    [
        HyperParameterOf.RealNumber("interval_seconds", 60, 0.001, 86_400, "Length of the intervals that flow and price change are summed over."),
        HyperParameterOf.RealNumber("tick_size", 0.01, 1e-12, 1e6, "Price of one tick; changes are given in ticks."),
        HyperParameterOf.RealNumber("ridge", 0, 0, 1e6, "Penalty on the squared slopes, in standard deviations of the flow; 0: least squares."),
        HyperParameterOf.Choice("predictors", OrderFlowPredictors.Choices, "The imbalance of both sides as one number, or the flows of bid and ask each with a slope of its own."),
        HyperParameterOf.RealNumber(ValidationFraction, 0.2, 0.05, 0.5, "Last part of the intervals on which a fit of those before is tried. The exported line is fitted on all."),
    ];

    public TimeSpan Interval => TimeSpan.FromSeconds(IntervalSeconds);

    public static OrderFlowSettings From(HyperParameterValues values) => new(
        values.RealNumber("interval_seconds"),
        values.RealNumber("tick_size"),
        values.RealNumber("ridge"),
        values.Text("predictors"));
}
