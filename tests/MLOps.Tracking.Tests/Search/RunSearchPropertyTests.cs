using System.Globalization;
using CsCheck;
using MLOps.Contracts.Experiments;
using MLOps.Contracts.Runs;
using MLOps.Tracking.Tests.Storage;

namespace MLOps.Tracking.Tests.Search;

/// <summary>Random filters over random runs: the SQL answers what a naive evaluator in memory answers.</summary>
public class RunSearchPropertyTests : StoreTests
{
    private static readonly string[] Keys = ["a", "b", "c d"];
    private static readonly double[] Numbers = [-1, 0, 0.5, 2];
    private static readonly string[] Texts = ["x", "X", "xy", "it's"];

    private static readonly Gen<Clause> Clauses = Gen.OneOf(
        Gen.Select(Gen.OneOf(Keys), Gen.OneOf("=", "!=", "<", "<=", ">", ">="), Gen.OneOf(Numbers)).Select((key, comparator, number) =>
            new Clause($"metrics.`{key}` {comparator} {number.ToString("R", CultureInfo.InvariantCulture)}", run => Has(run.Metrics, key, value => Compare(value, comparator, number)))),
        Gen.Select(Gen.OneOf(Keys), Gen.OneOf("=", "!=", "LIKE", "ILIKE"), Gen.OneOf(Texts)).Select((key, comparator, text) =>
            new Clause($"params.`{key}` {comparator} '{text.Replace("'", "''", StringComparison.Ordinal)}'", run => Has(run.Params, key, value => Compare(value, comparator, text)))),
        Gen.Select(Gen.OneOf(Keys), Gen.Bool).Select((key, missing) =>
            new Clause($"tags.`{key}` IS {(missing ? string.Empty : "NOT ")}NULL", run => run.Tags.ContainsKey(key) != missing)),
        Gen.OneOf("LIKE 'x%'", "ILIKE '%Y'").Select(like =>
            new Clause($"tags.a {like}", run => Has(run.Tags, "a", value => like[0] == 'L' ? value.StartsWith('x') : value.EndsWith("y", StringComparison.OrdinalIgnoreCase)))));

    private static readonly Gen<Facts> Runs = Gen.Select(
        Gen.Dictionary(Gen.OneOf(Keys), Gen.OneOf(Numbers))[0, 3],
        Gen.Dictionary(Gen.OneOf(Keys), Gen.OneOf(Texts))[0, 3],
        Gen.Dictionary(Gen.OneOf(Keys), Gen.OneOf(Texts))[0, 3]).Select((metrics, parameters, tags) => new Facts(metrics, parameters, tags));

    /// <summary>How many random sets of runs are searched.</summary>
    protected virtual int Samples => 60;

    [Fact]
    public async Task Search_RandomFilters_MatchTheNaiveEvaluator() => await Gen.Select(Runs.List[1, 12], Clauses.List[1, 3]).SampleAsync(
        async (facts, clauses) =>
        {
            await using var store = new OpenStore(DatabaseUri());
            var ids = new Dictionary<string, Facts>();
            foreach (var run in facts)
            {
                var id = await store.Tracking.RunAsync();
                ids.Add(id, run);
                await store.Tracking.LogBatchAsync(
                    id,
                    new LogBatch(
                        [.. run.Metrics.Select(metric => new Metric(metric.Key, metric.Value, 1, 0))],
                        [.. run.Params.Select(pair => new KeyValue(pair.Key, pair.Value))],
                        [.. run.Tags.Select(pair => new KeyValue(pair.Key, pair.Value))]));
            }

            var page = await store.Tracking.SearchRunsAsync(A.Search(string.Join(" and ", clauses.Select(clause => clause.Text))));
            var expected = ids.Where(entry => clauses.All(clause => clause.Holds(entry.Value))).Select(entry => entry.Key).ToHashSet();
            Assert.Equal(expected, page.Items.Select(run => run.Info.RunId).ToHashSet());
        },
        iter: Samples,
        threads: 1);

    [Theory]
    [InlineData("metrics.m ASC", "1 2 nan none")]
    [InlineData("metrics.m DESC", "2 1 nan none")]
    public async Task Search_OrderedByAMetric_PutsNaNAfterNumbersAndMissingLast(string order, string expected)
    {
        await using var store = new OpenStore(DatabaseUri());
        var names = new Dictionary<string, string>();
        foreach (var (name, value) in ((string, double?)[])[("nan", double.NaN), ("2", 2), ("none", null), ("1", 1)])
        {
            var id = await store.Tracking.RunAsync();
            names[id] = name;
            if (value is { } given)
            {
                await store.Tracking.LogBatchAsync(id, A.Metric("m", given), TestContext.Current.CancellationToken);
            }
        }

        var page = await store.Tracking.SearchRunsAsync(A.Search(null, order), TestContext.Current.CancellationToken);
        Assert.Equal(expected, string.Join(' ', page.Items.Select(run => names[run.Info.RunId])));
    }

    [Fact]
    public async Task Search_PageByPage_GivesEveryRunOnce()
    {
        await using var store = new OpenStore(DatabaseUri());
        var ids = new HashSet<string>();
        for (var i = 0; i < 25; i++)
        {
            ids.Add(await store.Tracking.RunAsync(start: i % 3));
        }

        var seen = new List<string>();
        string? token = null;
        do
        {
            var page = await store.Tracking.SearchRunsAsync(new SearchRuns(["0"], null, [], ViewType.ActiveOnly, 7, token), TestContext.Current.CancellationToken);
            seen.AddRange(page.Items.Select(run => run.Info.RunId));
            token = page.NextPageToken;
        }
        while (token is not null);

        Assert.Equal(ids.Count, seen.Count);
        Assert.Equal(ids, seen.ToHashSet());
    }

    private static bool Has<T>(Dictionary<string, T> values, string key, Func<T, bool> holds) => values.TryGetValue(key, out var value) && holds(value);

    private static bool Compare(double value, string comparator, double other) => comparator switch
    {
        "=" => value == other,
        "!=" => value != other,
        "<" => value < other,
        "<=" => value <= other,
        ">" => value > other,
        _ => value >= other,
    };

    private static bool Compare(string value, string comparator, string other) => comparator switch
    {
        "=" or "LIKE" => value == other,
        "!=" => value != other,
        _ => value.Equals(other, StringComparison.OrdinalIgnoreCase),
    };

    private sealed record Facts(Dictionary<string, double> Metrics, Dictionary<string, string> Params, Dictionary<string, string> Tags);

    private sealed record Clause(string Text, Func<Facts, bool> Holds)
    {
        public override string ToString() => Text;
    }
}
