using MLOps.Models.Catalog;

namespace MLOps.Models.Evaluation;

/// <summary>Combinatorial purged cross-validation: every choice of k of N contiguous groups is tested once, which gives k/N·C(N,k) whole paths
/// through all observations, each scored by models that have not seen it. López de Prado, Advances in Financial Machine Learning (2018), chapter 12.</summary>
public sealed class CombinatorialPurgedKFold
{
    /// <summary>Each split is a training: more than these are a mistake.</summary>
    public const int MaximumSplits = 10_000;

    private readonly int _groups;
    private readonly int _embargo;

    /// <param name="groups">N, at least 2.</param>
    /// <param name="testGroups">k, from 1 to N−1.</param>
    /// <param name="embargo">As in <see cref="PurgedKFold"/>.</param>
    public CombinatorialPurgedKFold(int groups, int testGroups, int embargo)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(groups, 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(testGroups, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(testGroups, groups);
        ArgumentOutOfRangeException.ThrowIfNegative(embargo);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Binomial(groups, testGroups), MaximumSplits, nameof(groups));
        (_groups, _embargo) = (groups, embargo);
        TestGroups = [.. Combinations(groups, testGroups)];
        Paths = [.. Enumerable.Range(0, (int)Binomial(groups - 1, testGroups - 1)).Select(path => (IReadOnlyList<int>)[.. Enumerable.Range(0, groups).Select(group => SplitOf(group, path))])];
    }

    /// <summary>C(N, k): how many splits there are.</summary>
    public static double Splits(int groups, int testGroups) => Binomial(groups, testGroups);

    /// <summary>The groups that each split tests, ascending, in lexicographic order of the splits.</summary>
    public IReadOnlyList<IReadOnlyList<int>> TestGroups { get; }

    /// <summary>For each path the split whose model scores each group. No split scores one group in two paths.</summary>
    public IReadOnlyList<IReadOnlyList<int>> Paths { get; }

    /// <summary>The observations of each group: a range, end exclusive.</summary>
    public IReadOnlyList<(int From, int To)> Groups(int observations)
    {
        var bounds = LabelSpans.Bounds(observations, _groups);
        return [.. Enumerable.Range(0, _groups).Select(group => (bounds[group], bounds[group + 1]))];
    }

    /// <param name="spans">One an observation, in order of their start.</param>
    /// <returns>One split for each of <see cref="TestGroups"/>.</returns>
    /// <exception cref="ModelTrainingException">The spans are out of order, or there are fewer than groups.</exception>
    public IReadOnlyList<CrossValidationSplit> Split(IReadOnlyList<LabelSpan> spans)
    {
        LabelSpans.Check(spans, _groups);
        var groups = Groups(spans.Count);
        return [.. TestGroups.Select(tested => LabelSpans.Split(spans, Joined([.. tested.Select(group => groups[group])]), _embargo))];
    }

    private int SplitOf(int group, int path) => Enumerable.Range(0, TestGroups.Count).Where(split => TestGroups[split].Contains(group)).ElementAt(path);

    private static List<(int From, int To)> Joined(IReadOnlyList<(int From, int To)> groups)
    {
        var blocks = new List<(int From, int To)>();
        foreach (var group in groups)
        {
            if (blocks.Count > 0 && blocks[^1].To == group.From)
            {
                blocks[^1] = (blocks[^1].From, group.To);
            }
            else
            {
                blocks.Add(group);
            }
        }

        return blocks;
    }

    private static IEnumerable<IReadOnlyList<int>> Combinations(int groups, int chosen)
    {
        var current = Enumerable.Range(0, chosen).ToArray();
        while (true)
        {
            yield return [.. current];
            var i = chosen - 1;
            while (i >= 0 && current[i] == groups - chosen + i)
            {
                i--;
            }

            if (i < 0)
            {
                yield break;
            }

            current[i]++;
            for (var j = i + 1; j < chosen; j++)
            {
                current[j] = current[j - 1] + 1;
            }
        }
    }

    private static double Binomial(int n, int k)
    {
        var result = 1.0;
        for (var i = 1; i <= k; i++)
        {
            result = Math.Round(result * (n - k + i) / i);
        }

        return result;
    }
}
