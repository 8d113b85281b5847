using MLOps.Models.Catalog;
using MLOps.Models.Features;
using MLOps.Models.Native;
using MLOps.Models.Neural;
using MLOps.Models.Neural.Embedding;
using MLOps.Models.Neural.MarketTcn;
using MLOps.Models.Neural.MarketVae;
using static TorchSharp.torch;

namespace MLOps.Models.Tests.Embedding;

/// <summary>The linear embedding on the split of the reference (refs/baselines.json, embedding_pca_baseline_sp500): the first 3,050 feature days and the windows that lie wholly after them.</summary>
[Collection("libtorch has one random generator a process")]
public sealed class PrincipalComponentsTests
{
    private const int TrainDays = 3050;
    private static readonly MarketFeatures Features = MarketFeatures.Compute(TestSeries.Sp500);
    private static readonly FeatureScaler Scaler = FeatureScaler.Fit([.. Features.Rows.Take(TrainDays)]);
    private static readonly double[][] Fit = Windows(63, TrainDays);
    private static readonly double[][] Test = Windows(TrainDays + 63, Features.Rows.Count);

    static PrincipalComponentsTests() => LibTorch.EnsureLoaded();

    [Fact]
    public void Fit_ReferenceSplit_GivesTheReferenceFigures()
    {
        var (scores, reconstructions) = PrincipalComponents.Fit(Fit, 16).Apply(Test);
        bool[] turbulent = [.. Features.Rows.Skip(TrainDays + 63).Select(row => row[6] > Scaler.Means[6])];
        var score = EmbeddingScore.Of(scores, Test, reconstructions, turbulent, _ => true);

        Assert.Equal((2987, 1971), (Fit.Length, Test.Length));

        // The reference used a randomised decomposition, which finds the last components only nearly.
        Assert.Equal(0.28429345757293745, score.R2, 1e-3);
        Assert.Equal(2.893317851403219, score.FisherRatio, 0.03);
        Assert.Equal(0.4058812985406386, score.Continuity, 0.03);
        Assert.Equal(0.1905887992989874, score.Silhouette, 0.01);
    }

    [Fact]
    public void Initialise_Networks_BeginAsTheComponents()
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var components = PrincipalComponents.FitEvenly(Fit, 16);
        var (_, expected) = components.Apply(Test[..20]);
        var windows = Tensors.Stack(Test[..20], 8, 64);
        var settings = MarketTcnSettings.From(HyperParameterValues.Parse(MarketTcnSettings.Declared, new Dictionary<string, string>()));
        using var convolutions = SeededWeights.Create<EmbeddingNetwork>(1, () => new MarketTcnNetwork(Scaler, settings));
        using var variational = SeededWeights.Create<EmbeddingNetwork>(1, () => new MarketVaeNetwork(Scaler, new MarketVaeSettings(8, 1, 1)));

        Assert.All([convolutions, variational], network =>
        {
            network.Initialise(components);
            var actual = Tensors.Rows(network.Decode(network.Encode(windows)));
            Assert.Equal(expected.SelectMany(row => row), actual.SelectMany(row => row), (a, b) => Math.Abs(a - b) < 1e-4);
        });
    }

    [Theory]
    [InlineData(64)]
    [InlineData(80)]
    [InlineData(95)]
    public void Sequence_FutureChanges_NeverMovesAnEarlierEmbedding(int day)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var settings = MarketTcnSettings.From(HyperParameterValues.Parse(MarketTcnSettings.Declared, new Dictionary<string, string>()));
        using var network = SeededWeights.Create(1, () => new MarketTcnNetwork(Scaler, settings));
        var days = randn(2, 8, 100);
        var changed = days.clone();
        var later = changed.slice(2, day, 100, 1);
        later.copy_(later.Plus(3));

        var difference = (network.Sequence(days) - network.Sequence(changed)).abs();

        // The first embedding is that of day 63.
        Assert.Equal([2, 16, 37], difference.shape);
        Assert.Equal(0, difference.slice(2, 0, day - 63, 1).max().item<float>());
        Assert.NotEqual(0, difference.select(2, day - 63).max().item<float>());
    }

    private static double[][] Windows(int first, int end) =>
        [.. Enumerable.Range(first, end - first).Select(row => Features.Window(row).Select((value, i) => (double)Math.Clamp((value - Scaler.Means[i / 64]) / Scaler.Deviations[i / 64], -5, 5)).ToArray())];
}
