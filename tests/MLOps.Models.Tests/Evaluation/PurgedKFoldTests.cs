using MLOps.Models.Catalog;
using MLOps.Models.Evaluation;
using MLOps.Models.Features.Labels;

namespace MLOps.Models.Tests.Evaluation;

public sealed class PurgedKFoldTests
{
    [Fact]
    public void PurgedSplit_ByHand()
    {
        // Labels of three rows: i to i+2. Fold 2 tests 4..7, whose labels span the rows 4 to 9.
        var splits = new PurgedKFold(3, embargo: 1).Split(Labels(12, 2));
        Assert.Equal([4, 5, 6, 7], splits[1].Test);

        // 2 and 3 reach into row 4; 8 and 9 start within the labels, 8 within the embargo, too.
        Assert.Equal([0, 1, 10, 11], splits[1].Train);

        // Fold 1 spans rows 0 to 5: 4 and 5 overlap, and 4 is under embargo.
        Assert.Equal([6, 7, 8, 9, 10, 11], splits[0].Train);

        // Nothing comes after fold 3, whose labels start with row 8.
        Assert.Equal([0, 1, 2, 3, 4, 5], splits[2].Train);

        // An embargo that is longer than the labels: four rows behind row 7.
        Assert.Equal([0, 1], new PurgedKFold(3, embargo: 4).Split(Labels(12, 2))[1].Train);
    }

    [Fact]
    public void PurgedSplit_Sp500TripleBarrierLabels_IsTheReferences()
    {
        var expected = TestSeries.Reference("signals-reference.json", "purged_kfold5_embargo1pct");
        var closes = TestSeries.Sp500.Close;
        LabelSpan[] spans = [.. new TripleBarrier(1, 1, 10).Label(closes, EwmVolatility.Of(closes), Enumerable.Range(100, closes.Length - 101)).Select(label => label.Span)];
        Assert.Equal(expected.GetProperty("n").GetInt32(), spans.Length);
        var embargo = (int)(spans.Length * CrossValidationPlan.DefaultEmbargo);
        Assert.Equal(expected.GetProperty("embargo").GetInt32(), embargo);

        var splits = new PurgedKFold(5, embargo).Split(spans);

        Assert.Equal(
            expected.GetProperty("folds").EnumerateArray().Select(fold => (fold.GetProperty("test")[0].GetInt32(), fold.GetProperty("test")[1].GetInt32(), fold.GetProperty("n_train").GetInt32(), fold.GetProperty("n_purged_embargoed").GetInt32())),
            splits.Select(split => (split.Test[0], split.Test[^1], split.Train.Count, spans.Length - split.Test.Count - split.Train.Count)));
    }

    [Theory]
    [InlineData(5, 0, 1)]
    [InlineData(7, 10, 2)]
    public void PurgedSplit_RandomSpans_NoTrainingLabelSharesARowWithATest(int folds, int embargo, int seed)
    {
        var spans = RandomSpans(400, seed);
        var splits = new PurgedKFold(folds, embargo).Split(spans);
        Assert.Equal(Enumerable.Range(0, 400), splits.SelectMany(split => split.Test));
        foreach (var split in splits)
        {
            AssertApart(spans, split, embargo);
            Assert.NotEmpty(split.Train);
        }
    }

    [Fact]
    public void CombinatorialSplit_SixGroupsTwoTested_FifteenSplitsFivePaths()
    {
        var fold = new CombinatorialPurgedKFold(6, 2, embargo: 3);
        Assert.Equal(15, fold.TestGroups.Count);
        Assert.Equal(5, fold.Paths.Count);
        Assert.Equal([0, 1], fold.TestGroups[0]);
        Assert.Equal([4, 5], fold.TestGroups[14]);

        // Every path has each group once, by a split that tests it, and no (split, group) is in two paths.
        Assert.All(fold.Paths, path => Assert.All(path.Index(), step => Assert.Contains(step.Index, fold.TestGroups[step.Item])));
        var used = fold.Paths.SelectMany(path => path.Index()).ToArray();
        Assert.Equal(30, used.Distinct().Count());

        var spans = RandomSpans(600, 3);
        var groups = fold.Groups(600);
        foreach (var (tested, split) in fold.TestGroups.Zip(fold.Split(spans)))
        {
            Assert.Equal(tested.SelectMany(group => Enumerable.Range(groups[group].From, groups[group].To - groups[group].From)), split.Test);
            AssertApart(spans, split, 3);
        }
    }

    [Fact]
    public void CombinatorialSplit_OneGroupTested_IsPurgedKFold()
    {
        var spans = RandomSpans(300, 4);
        var purged = new PurgedKFold(5, 4).Split(spans);
        var combinatorial = new CombinatorialPurgedKFold(5, 1, 4).Split(spans);
        Assert.Equal(purged.Select(split => split.Train), combinatorial.Select(split => split.Train));
        Assert.Single(new CombinatorialPurgedKFold(5, 1, 4).Paths);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(5, 0)]
    [InlineData(5, 5)]
    [InlineData(40, 20)]
    public void Combinatorial_NumbersThatMakeNoSense_AreRefused(int groups, int tested) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new CombinatorialPurgedKFold(groups, tested, 0));

    [Fact]
    public void ShuffledSplit_OverlappingLabels_IsRefusedWithTheReason()
    {
        var exception = Assert.Throws<ModelTrainingException>(() => new ShuffledKFold(2, 1).Split([new(0, 5), new(1, 1), new(5, 6)]));
        Assert.Contains("label 0 (rows 0 to 5) and label 1 (rows 1 to 1) share rows", exception.Message, StringComparison.Ordinal);
        Assert.Contains("purged k-fold", exception.Message, StringComparison.Ordinal);

        // The one that overlaps need not be the neighbour.
        Assert.Throws<ModelTrainingException>(() => new ShuffledKFold(2, 1).Split([new(0, 0), new(1, 9), new(10, 12), new(12, 13)]));
    }

    [Fact]
    public void ShuffledSplit_SeparateLabels_TestsEachOnceAndRepeats()
    {
        var spans = Labels(100, 0);
        var splits = new ShuffledKFold(4, 7).Split(spans);
        Assert.Equal(Enumerable.Range(0, 100), splits.SelectMany(split => split.Test).Order());
        Assert.All(splits, split => Assert.Equal(Enumerable.Range(0, 100), split.Train.Concat(split.Test).Order()));
        Assert.NotEqual(Enumerable.Range(0, 25), splits[0].Test);
        Assert.Equal(splits[2].Test, new ShuffledKFold(4, 7).Split(spans)[2].Test);
    }

    [Fact]
    public void Split_SpansOutOfOrder_AreRefused()
    {
        Assert.Contains("Label 1 starts with row 2", Refusal([new(3, 4), new(2, 4)]), StringComparison.Ordinal);
        Assert.Contains("Label 1 ends with row 4", Refusal([new(3, 4), new(5, 4)]), StringComparison.Ordinal);
        Assert.Contains("1 observations", Refusal([new(3, 4)]), StringComparison.Ordinal);
    }

    private static string Refusal(LabelSpan[] spans) => Assert.Throws<ModelTrainingException>(() => new PurgedKFold(2, 0).Split(spans)).Message;

    private static LabelSpan[] Labels(int count, int length) => [.. Enumerable.Range(0, count).Select(i => new LabelSpan(i, i + length))];

    private static LabelSpan[] RandomSpans(int count, int seed)
    {
        var random = new Random(seed);
        var start = 0;
        return [.. Enumerable.Range(0, count).Select(_ => new LabelSpan(start += random.Next(0, 4), start + random.Next(0, 25)))];
    }

    private static void AssertApart(LabelSpan[] spans, CrossValidationSplit split, int embargo)
    {
        foreach (var test in split.Test)
        {
            foreach (var train in split.Train)
            {
                Assert.True(spans[train].End < spans[test].Start || spans[train].Start > spans[test].End, $"{spans[train]} overlaps {spans[test]}.");
                Assert.True(train < test || split.Test.Contains(test + 1) || spans[train].Start > spans[test].Start + embargo, $"{spans[train]} is within the embargo behind {spans[test]}.");
            }
        }
    }
}
