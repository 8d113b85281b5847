using MLOps.Models.Features;
using MLOps.Models.Native;
using MLOps.Models.Neural.Tcn;

namespace MLOps.Models.Tests.Neural;

[Collection("libtorch has one random generator a process")]
public sealed class LogisticBaselineTests
{
    /// <summary>Garbage between the fits moves their arrays to other addresses, and matrix kernels may sum in another order by the address that they get.</summary>
    [Fact]
    public void Score_SameWindowsElsewhereInMemory_GivesTheSameBits()
    {
        LibTorch.EnsureLoaded();
        var features = DailyFeatures.Compute(TestSeries.Sp500);
        var (fit, validation) = (Labelled(features, 100, 1600), Labelled(features, 1600, 1800));
        var scaler = FeatureScaler.Fit([.. features.Rows.Take(1600)]);

        List<byte[]> garbage = [];
        var scores = Enumerable.Range(0, 12).Select(i =>
        {
            garbage.Add(new byte[8 * i]);
            return LogisticBaseline.Score(fit, validation, scaler, 3, seed: 1).LogLoss;
        }).ToList();

        Assert.Single(scores.Distinct());
        GC.KeepAlive(garbage);
    }

    /// <summary>Labels by the size of the newest return: something that the newest day does tell.</summary>
    private static LabelledWindows Labelled(DailyFeatures features, int first, int end)
    {
        int[] labels = [.. Enumerable.Range(first, end - first).Select(day => features.Rows[day][1] switch { < 0.4 => 0, < 1.2 => 1, _ => 2 })];
        return new LabelledWindows(
            [.. Enumerable.Range(first, end - first).Select(features.Window)],
            [.. labels.Select(label => Enumerable.Range(0, 3).Select(k => k == label ? 0.8 : 0.1).ToArray())],
            labels);
    }
}
