using MLOps.Models.Data;
using MLOps.Models.Features.Microstructure;

namespace MLOps.Models.Features.Pipelines;

/// <summary>The features of <see cref="MicrostructureFeatures"/>, from trades with the quote before each: price, size, bid, ask, bid_size, ask_size.</summary>
/// <param name="Window">Trades, from 3 to 100,000.</param>
public sealed record MicrostructureStep(int Window = 50) : FeatureStep
{
    public override IReadOnlyList<string> Names => MicrostructureFeatures.Names;

    public override IReadOnlyList<string> Reads => ["price", "size", "bid", "ask", "bid_size", "ask_size"];

    public override double[][] Compute(TrainingData rows)
    {
        var computed = MicrostructureFeatures.Compute(
            new TradesAndQuotes(rows.Numbers("price"), rows.Numbers("size"), rows.Numbers("bid"), rows.Numbers("ask"), rows.Numbers("bid_size"), rows.Numbers("ask_size")), Window);

        // At the start windows are shorter than they are said to be.
        return [.. Names.Select((_, column) => (double[])[.. computed.Select((row, t) => t < Window ? double.NaN : row[column])])];
    }

    public override void Check() => Require(Window is >= 3 and <= 100_000, "window", Window, "3 to 100000");
}
