using MLOps.Models.Features;
using static TorchSharp.torch;

namespace MLOps.Models.Neural.Anomaly;

/// <summary>Raw windows [B, 512] (eight features by 64 days) in units of their own past: each feature less its mean over the days before the newest, over its standard deviation there. What is odd in a calm month is so measured by calm days, and the newest day does not soften its own measure.</summary>
/// <param name="Floors">Added to each feature's variance [1, 8, 1], so that a feature that hardly moves in a window does not make noise look large.</param>
internal sealed record NormalisedWindows(float[] Floors)
{
    public const int Features = 8;
    public const int Days = DailyFeatures.WindowLength;
    public const int Size = Features * Days;

    /// <summary>Share of a feature's standard deviation over the fit rows.</summary>
    private const float Floor = 0.05f;

    public static NormalisedWindows Fit(IReadOnlyList<double[]> rows) =>
        new(Array.ConvertAll(FeatureScaler.Fit(rows).Deviations, deviation => Floor * Floor * deviation * deviation));

    public Tensor Of(Tensor windows)
    {
        using var scope = NewDisposeScope();
        var byFeature = windows.reshape(-1, Features, Days);
        var past = byFeature.narrow(2, 0, Days - 1);
        var mean = past.mean([2], keepdim: true);
        var deviations = past - mean;
        var variances = (deviations * deviations).mean([2], keepdim: true).Plus(AlignedTensor.Of(Floors, 1, Features, 1));
        return ((byFeature - mean) / variances.sqrt()).reshape(-1, Size).MoveToOuterDisposeScope();
    }

    /// <summary>Squared differences of the newest day's features [B, 8] between two sets of windows [B, 512].</summary>
    public static Tensor NewestErrors(Tensor windows, Tensor others)
    {
        using var scope = NewDisposeScope();
        var difference = (windows - others).reshape(-1, Features, Days).select(2, -1);
        return (difference * difference).MoveToOuterDisposeScope();
    }
}
