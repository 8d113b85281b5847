using MLOps.Models.Features.Microstructure;

namespace MLOps.Models.Classical.OrderFlowImpact;

/// <summary>What of an interval's order flow the price change is explained by.</summary>
internal static class OrderFlowPredictors
{
    public const string Imbalance = "imbalance";
    public const string Sides = "sides";

    public static IReadOnlyList<string> Choices { get; } = [Imbalance, Sides];

    public static IReadOnlyList<string> Names(string predictors) => predictors == Sides ? ["bid_flow", "ask_flow"] : ["ofi"];

    public static double[] Of(QuoteInterval interval, string predictors) => predictors == Sides ? [interval.BidFlow, interval.AskFlow] : [interval.Imbalance];
}
