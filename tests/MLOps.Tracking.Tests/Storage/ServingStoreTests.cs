using MLOps.Contracts.Endpoints;
using MLOps.Contracts.Problems;
using MLOps.Tracking.Serving;

namespace MLOps.Tracking.Tests.Storage;

public class ServingStoreTests : StoreTests
{
    [Fact]
    public async Task Outcomes_OfATest_AreSummedOncePerUnit()
    {
        await using var open = new OpenStore(DatabaseUri());
        var store = new SqlServingStore(open.Database, TimeProvider.System);
        double[] values = [3, -1, 4, 1, -5];
        await store.RecordRequestsAsync([.. values.Select((_, i) => Request($"r{i}", unit: $"u{i}", trial: 7)), Request("again", unit: "u0", trial: 7), Request("outside", unit: "x", trial: 0)], Cancelled);
        var outcomes = values.Select((value, i) => new Outcome($"r{i}", "pnl", value, null, 5)).ToArray();

        var first = await store.RecordOutcomesAsync("e", [.. outcomes, new Outcome("again", "pnl", 100, null, 5), new Outcome("outside", "pnl", 100, null, 5)], Cancelled);
        Assert.Equal((7, 0), (first.Accepted, first.Duplicates));
        var second = await store.RecordOutcomesAsync("e", [.. outcomes, new Outcome("r0", "pnl", 99, null, 5), new Outcome("nobody", "pnl", 1, null, 5)], Cancelled);
        Assert.Equal((0, 5), (second.Accepted, second.Duplicates));
        Assert.Equal(["r0"], second.Conflicting);
        Assert.Equal(["nobody"], second.Unknown);

        await open.RestartAsync();
        var sums = await new SqlServingStore(open.Database, TimeProvider.System).GetSumsAsync("e", 7, Cancelled);
        Assert.Equal(5, sums.Single(sum => sum.Metric.Length == 0).Count);
        var pnl = sums.Single(sum => sum.Metric == "pnl");
        Assert.Equal(5, pnl.Count);
        Assert.Equal(values.Average(), pnl.Mean, 12);
        Assert.Equal(values.Sum(value => Math.Pow(value - values.Average(), 2)), pnl.SquaredDeviations, 10);
    }

    [Fact]
    public async Task Request_IdUsedAgain_IsTheLaterRequestWithoutTheOthersOutcome()
    {
        await using var open = new OpenStore(DatabaseUri());
        var store = new SqlServingStore(open.Database, TimeProvider.System);
        await store.RecordRequestsAsync([Request("1", variant: "a")], Cancelled);
        await store.RecordOutcomesAsync("e", [new Outcome("1", "hit", null, "yes", 1)], Cancelled);
        Assert.Equal("yes", Assert.Single((await store.GetRequestAsync("e", "1", Cancelled))!.Outcomes).Label);

        await store.RecordRequestsAsync([Request("1", variant: "b")], Cancelled);
        var request = await store.GetRequestAsync("e", "1", Cancelled);
        Assert.Equal("b", request!.Variant);
        Assert.Empty(request.Outcomes);
        Assert.Equal([1, 2, 3], request.Inputs);
    }

    [Fact]
    public async Task Outcomes_OfRequestsWithoutACaller_AreSummedAndLeaveNoUnitBehind()
    {
        await using var open = new OpenStore(DatabaseUri());
        var store = new SqlServingStore(open.Database, TimeProvider.System);
        await store.RecordRequestsAsync([Request("1", trial: 7), Request("2", trial: 7), Request("3", unit: "caller:x", trial: 7)], Cancelled);
        Outcome[] outcomes = [.. Enumerable.Range(1, 3).Select(i => new Outcome($"{i}", "pnl", i, null, 0))];
        Assert.Equal(3, (await store.RecordOutcomesAsync("e", outcomes, Cancelled)).Accepted);
        Assert.Equal(3, (await store.RecordOutcomesAsync("e", outcomes, Cancelled)).Duplicates);

        var sums = await store.GetSumsAsync("e", 7, Cancelled);
        Assert.Equal([(3L, ""), (3L, "pnl")], sums.OrderBy(sum => sum.Metric).Select(sum => (sum.Count, sum.Metric)));
        Assert.Equal(2, sums.Single(sum => sum.Metric == "pnl").Mean, 12);
        Assert.Equal(["", "pnl"], open.Database.Read(session => session.Query("SELECT metric FROM mlops_trial_unit WHERE unit = 'caller:x' ORDER BY metric", row => row.GetString(0))));
        Assert.Equal(2L, open.Database.Read(session => session.Scalar("SELECT COUNT(*) FROM mlops_trial_unit")));

        // Another request under the same id is another draw, and has its own outcome.
        await store.RecordRequestsAsync([Request("1", trial: 7, timestamp: 1)], Cancelled);
        Assert.Equal(1, (await store.RecordOutcomesAsync("e", [new Outcome("1", "pnl", 8, null, 0)], Cancelled)).Accepted);
        Assert.All(await store.GetSumsAsync("e", 7, Cancelled), sum => Assert.Equal(4, sum.Count));
    }

    [Fact]
    public async Task Callers_BeyondTheBound_LeaveNoRowAndDoNotCount()
    {
        await using var open = new OpenStore(DatabaseUri());
        var store = new SqlServingStore(open.Database, TimeProvider.System, maximumUnits: 3);
        long Rows() => (long)open.Database.Read(session => session.Scalar("SELECT COUNT(*) FROM mlops_trial_unit WHERE trial = 7"))!;

        // Of five callers with two requests each, the first three are taken in; a fourth caller and every request without one come after.
        await store.RecordRequestsAsync([Request("a0", unit: "a", trial: 7), Request("b0", unit: "b", trial: 7)], Cancelled);
        Assert.False(await store.IsFullAsync("e", 7, Cancelled));
        await store.RecordRequestsAsync([Request("c0", unit: "c", trial: 7), Request("d0", "w", unit: "d", trial: 7), Request("e0", "w", unit: "e", trial: 7)], Cancelled);
        await store.RecordRequestsAsync([.. "abcde".Select(unit => Request($"{unit}1", unit: $"{unit}", trial: 7)), Request("alone", "w", trial: 7), Request("other", unit: "d", trial: 8)], Cancelled);
        Assert.True(await store.IsFullAsync("e", 7, Cancelled));
        Assert.False(await store.IsFullAsync("e", 8, Cancelled));
        Assert.Equal([("v", 3L), ("w", 1L)], Counts(await store.GetSumsAsync("e", 7, Cancelled), ""));
        Assert.Equal(3, Rows());

        // Outcomes of those who are in still enter, each once; the others' are kept, and are not part of the test.
        var outcomes = "abcde".SelectMany(unit => new[] { new Outcome($"{unit}1", "pnl", unit, null, 0), new Outcome($"{unit}0", "pnl", 1_000, null, 0) }).Append(new Outcome("alone", "pnl", 5, null, 0)).ToArray();
        Assert.Equal(11, (await store.RecordOutcomesAsync("e", outcomes, Cancelled)).Accepted);
        var sums = await store.GetSumsAsync("e", 7, Cancelled);
        Assert.Equal([("v", 3L), ("w", 1L)], Counts(sums, "pnl"));
        Assert.Equal("abc".Average(unit => (double)unit), sums.Single(sum => sum is { Metric: "pnl", Variant: "v" }).Mean, 12);
        Assert.Equal(6, Rows());

        // The next test takes them in.
        await store.ForgetTrialsAsync("e", 8, Cancelled);
        Assert.Equal(0, Rows());
        Assert.False(await store.IsFullAsync("e", 7, Cancelled));
        Assert.Equal([("v", 1L)], Counts(await store.GetSumsAsync("e", 8, Cancelled), ""));
    }

    private static IEnumerable<(string, long)> Counts(IReadOnlyList<OutcomeSum> sums, string metric) =>
        sums.Where(sum => sum.Metric == metric).OrderBy(sum => sum.Variant, StringComparer.Ordinal).Select(sum => (sum.Variant, sum.Count));

    [Fact]
    public async Task Endpoints_OfWhichSomethingIsKept_AreListedUntilTheyAreForgotten()
    {
        await using var open = new OpenStore(DatabaseUri());
        var store = new SqlServingStore(open.Database, TimeProvider.System);
        await store.RecordRequestsAsync([Request("1", trial: 7), Request("2"), Request("1") with { Endpoint = "f" }], Cancelled);
        await store.PruneAsync("e", keep: 10, before: 1, Cancelled);
        Assert.Equal(["e", "f"], (await store.ListEndpointsAsync(Cancelled)).Order());

        await store.ForgetAsync("e", Cancelled);
        Assert.Equal(["f"], await store.ListEndpointsAsync(Cancelled));
    }

    [Fact]
    public async Task Prune_KeepsTheNewestAndForgetsTheirElders()
    {
        await using var open = new OpenStore(DatabaseUri());
        var store = new SqlServingStore(open.Database, TimeProvider.System);
        await store.RecordRequestsAsync([.. Enumerable.Range(0, 10).Select(i => Request($"r{i}", timestamp: i))], Cancelled);
        await store.RecordRequestsAsync([Request("other") with { Endpoint = "f" }], Cancelled);
        await store.RecordOutcomesAsync("e", [new Outcome("r1", "m", 1, null, 0), new Outcome("r9", "m", 1, null, 0)], Cancelled);

        await store.PruneAsync("e", keep: 4, before: 8, Cancelled);
        var page = await store.GetRequestsAsync("e", 1, null, Cancelled);
        Assert.Equal("r9", Assert.Single(page.Items).RequestId);
        Assert.Single(page.Items[0].Outcomes);
        Assert.Equal(["r8"], (await store.GetRequestsAsync("e", 5, page.NextPageToken, Cancelled)).Items.Select(request => request.RequestId));
        Assert.Single((await store.GetRequestsAsync("f", 5, null, Cancelled)).Items);
        Assert.Equal(["r1"], (await store.RecordOutcomesAsync("e", [new Outcome("r1", "m", 1, null, 0)], Cancelled)).Unknown);

        await store.ForgetAsync("e", Cancelled);
        Assert.Empty((await store.GetRequestsAsync("e", 5, null, Cancelled)).Items);
    }

    [Fact]
    public async Task History_IsAppendOnlyAndKeepsALineOnce()
    {
        await using var open = new OpenStore(DatabaseUri());
        var store = new SqlServingStore(open.Database, TimeProvider.System);
        EndpointEvent[] lines = [.. Enumerable.Range(0, 3).Select(i => new EndpointEvent($"id{i}", i, EndpointEventKind.CanaryStep, "v", $"step {i}", "ana", i))];
        await store.AppendEventsAsync("e", lines, Cancelled);
        await store.AppendEventsAsync("e", lines, Cancelled);

        var page = await store.GetEventsAsync("e", 2, null, Cancelled);
        Assert.Equal([lines[2], lines[1]], page.Items);
        Assert.Equal([lines[0]], (await store.GetEventsAsync("e", 2, page.NextPageToken, Cancelled)).Items);
        foreach (var change in new[] { "UPDATE mlops_endpoint_history SET message = ''", "DELETE FROM mlops_endpoint_history" })
        {
            await Assert.ThrowsAsync<MLOpsException>(() => open.Database.WriteAsync(session => session.Execute(change), Cancelled));
        }
    }

    private static RecordedRequest Request(string id, string variant = "v", string? unit = null, long trial = 0, long timestamp = 0) =>
        new("e", id, unit, variant, 1, trial, timestamp, [1, 2, 3], [4], false);
}
