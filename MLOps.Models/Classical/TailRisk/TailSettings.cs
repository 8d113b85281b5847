using MLOps.Models.Catalog;

namespace MLOps.Models.Classical.TailRisk;

/// <summary>Hyper-parameters of the CVaR model.</summary>
internal sealed record TailSettings(
    IReadOnlyList<string> Columns, bool OfReturns, bool IsPareto, double? Decay, double Level, int Window, double ThresholdShare, double Threshold, double MinimumWeight, double MaximumWeight)
{
    private const string ColumnNames = "columns";
    private const string Kind = "kind";
    private const string Method = "method";
    private const string Volatility = "volatility";
    private const string EwmaDecay = "decay";
    private const string ConfidenceLevel = "level";
    private const string WindowLength = "window";
    private const string TailShare = "threshold_share";
    private const string FixedThreshold = "threshold";
    private const string LeastWeight = "min_weight";
    private const string LargestWeight = "max_weight";

    public static IReadOnlyList<HyperParameter> Declared { get; } =
    [
        HyperParameterOf.Text(ColumnNames, "close", "Columns, with commas between; * is every column of numbers. Several columns of closes are assets, whose weights of least CVaR are found by a linear program."),
        HyperParameterOf.Choice(Kind, ["closes", "losses"], "What the columns have: daily closes, of which returns are made, or losses (claims) as they are."),
        HyperParameterOf.Choice(Method, ["historical", "peaks-over-threshold"], "Tail mean of the window, or the generalised Pareto tail fitted to the training losses."),
        HyperParameterOf.Choice(Volatility, ["ewma", "none"], "Whether losses are divided by their day's EWMA volatility and the result multiplied by tomorrow's. Without it the Pareto tail is the same for every window."),
        HyperParameterOf.RealNumber(EwmaDecay, 0.94, 0.5, 0.999, "λ of the EWMA volatility."),
        HyperParameterOf.RealNumber(ConfidenceLevel, 0.975, 0.5, 0.9999, "Confidence level of both figures."),
        HyperParameterOf.WholeNumber(WindowLength, 500, 50, 1_000, "W: values that a forecast looks at."),
        HyperParameterOf.RealNumber(TailShare, 0.1, 0.01, 0.5, "Share of the (standardised) losses above the threshold of the Pareto tail."),
        HyperParameterOf.RealNumber(FixedThreshold, 0, 0, 1e12, "The threshold itself; 0: by threshold_share."),
        HyperParameterOf.RealNumber(LeastWeight, 0, -1, 1, "Least weight of every asset."),
        HyperParameterOf.RealNumber(LargestWeight, 1, 0, 2, "Largest weight of every asset."),
    ];

    public static TailSettings From(HyperParameterValues values) => new(
        [.. values.Text(ColumnNames).Split(',', StringSplitOptions.TrimEntries)],
        values.Text(Kind) == "closes",
        values.Text(Method) == "peaks-over-threshold",
        values.Text(Volatility) == "ewma" ? values.RealNumber(EwmaDecay) : null,
        values.RealNumber(ConfidenceLevel),
        values.WholeNumber(WindowLength),
        values.RealNumber(TailShare),
        values.RealNumber(FixedThreshold),
        values.RealNumber(LeastWeight),
        values.RealNumber(LargestWeight));
}
