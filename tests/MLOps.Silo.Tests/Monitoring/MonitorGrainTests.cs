using MLOps.Contracts.Catalog;
using MLOps.Contracts.Monitoring;
using MLOps.Contracts.Problems;
using MLOps.Monitoring.Drift;

namespace MLOps.Silo.Tests.Monitoring;

public class MonitorGrainTests(SiloFixture silo) : IClassFixture<SiloFixture>
{
    private readonly IMonitorGrain _monitor = silo.Grains.GetGrain<IMonitorGrain>($"endpoint-{Guid.NewGuid():N}");

    [Fact]
    public async Task Observe_DriftedMonth_AlertsOnceWhenItCloses()
    {
        await _monitor.SetProfileAsync(Profile());
        await _monitor.ObserveAsync(Month(2019, 1, shift: 0));
        Assert.Empty((await _monitor.GetDriftAsync()).Reports);

        await _monitor.ObserveAsync(Month(2019, 2, shift: 20));
        await _monitor.ObserveAsync(Month(2019, 3, shift: 0));

        var reports = (await _monitor.GetDriftAsync()).Reports;
        Assert.Equal([("2019-01", false), ("2019-02", true)], reports.Select(r => (r.Window, r.Drifted)));
        var alert = Assert.Single(await _monitor.GetAlertsAsync());
        Assert.Equal(("2019-02", "x", AlertKind.Drift), (alert.Window, alert.Feature, alert.Kind));
        Assert.Equal(reports[1].Statistic, alert.Value);
        Assert.True(alert.Value > alert.Threshold);
    }

    [Fact]
    public async Task SetProfile_SameMonthsAgain_DoNotPileUpAlerts()
    {
        for (var i = 0; i < 2; i++)
        {
            await _monitor.SetProfileAsync(Profile());
            Assert.Empty((await _monitor.GetDriftAsync()).Reports);
            await _monitor.ObserveAsync(Month(2019, 2, shift: 20));
            await _monitor.ObserveAsync(Month(2019, 3, shift: 20));
            Assert.Equal(2, (await _monitor.EvaluateAsync()).Reports.Count);
        }

        Assert.Equal(["2019-03", "2019-02"], (await _monitor.GetAlertsAsync()).Select(a => a.Window));
    }

    [Fact]
    public async Task Evaluate_OpenWindow_JudgesItAndLeavesItOpen()
    {
        await _monitor.SetProfileAsync(Profile());
        var days = Month(2019, 2, shift: 0);
        await _monitor.ObserveAsync(days[..12]);
        Assert.Equal(12, Assert.Single((await _monitor.EvaluateAsync()).Reports).Count);

        await _monitor.ObserveAsync(days);

        Assert.Equal(20, Assert.Single((await _monitor.EvaluateAsync()).Reports).Count);
    }

    [Fact]
    public async Task Acknowledge_Twice_KeepsTheFirst()
    {
        await _monitor.SetProfileAsync(Profile());
        await _monitor.ObserveAsync(Month(2019, 2, shift: 20));
        await _monitor.EvaluateAsync();
        var id = (await _monitor.GetAlertsAsync())[0].AlertId;

        var first = await _monitor.AcknowledgeAsync(id, "ann");
        await _monitor.AcknowledgeAsync(id, "bob");

        Assert.NotNull(first.AcknowledgedAt);
        Assert.Equal("ann", (await _monitor.GetAlertsAsync())[0].AcknowledgedBy);
        Assert.Equal(ProblemCode.NotFound, (await Assert.ThrowsAsync<MLOpsException>(() => _monitor.AcknowledgeAsync("none", "ann"))).Code);
    }

    [Fact]
    public async Task Observe_FarInTheFuture_IsDroppedAndDoesNotCloseTheWindow()
    {
        await _monitor.SetProfileAsync(Profile());
        await _monitor.ObserveAsync(Month(2019, 2, shift: 0));

        await _monitor.ObserveAsync([new ObservedInput(new DateTimeOffset(3000, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds(), [0])]);

        Assert.Empty((await _monitor.GetDriftAsync()).Reports);
        Assert.Equal("2019-02", Assert.Single((await _monitor.EvaluateAsync()).Reports).Window);
    }

    [Fact]
    public async Task Observe_WrongWidth_RefusesTheWholeBatch()
    {
        await _monitor.SetProfileAsync(Profile());
        ObservedInput[] batch = [.. Month(2019, 2, shift: 0), new ObservedInput(0, [1, 2])];

        Assert.Equal(ProblemCode.InvalidArgument, (await Assert.ThrowsAsync<MLOpsException>(() => _monitor.ObserveAsync(batch))).Code);

        Assert.Empty((await _monitor.EvaluateAsync()).Reports);
    }

    [Fact]
    public async Task Observe_NoProfile_IsRefused() =>
        Assert.Equal(ProblemCode.InvalidState, (await Assert.ThrowsAsync<MLOpsException>(() => _monitor.ObserveAsync(Month(2019, 2, shift: 0)))).Code);

    [Fact]
    public async Task SetProfile_NotAProfile_IsRefused()
    {
        Assert.Equal(ProblemCode.InvalidArgument, (await Assert.ThrowsAsync<MLOpsException>(() => _monitor.SetProfileAsync("{}"))).Code);
        Assert.Null(await _monitor.GetProfileAsync());
    }

    [Fact]
    public async Task Observe_ReplayOfOldMonthsBesideLiveTraffic_KeepsTheirWindowsApart()
    {
        await _monitor.SetProfileAsync(Profile());
        await _monitor.ObserveAsync(Month(2024, 5, shift: 0));

        await _monitor.ObserveAsync([.. Month(2019, 2, shift: 20, "crash"), .. Month(2019, 3, shift: 0, "crash")]);

        var live = await _monitor.EvaluateAsync();
        Assert.Equal("2024-05", Assert.Single(live.Reports).Window);
        Assert.Equal((null, 0), (live.Replay, live.Late));
        var replay = await _monitor.EvaluateAsync("crash");
        Assert.Equal([("2019-02", true), ("2019-03", false)], replay.Reports.Select(r => (r.Window, r.Drifted)));
        Assert.Equal(("crash", 2), (replay.Replay, Assert.Single(replay.Replays).Windows));
        Assert.Equal(("2019-02", "crash"), ((await _monitor.GetAlertsAsync()).Single().Window, (await _monitor.GetAlertsAsync()).Single().Replay));
    }

    [Fact]
    public async Task Observe_SameMonthDriftsLiveAndInTwoReplays_TwoAlerts()
    {
        await _monitor.SetProfileAsync(Profile());

        await _monitor.ObserveAsync([.. Month(2019, 2, shift: 20), .. Month(2019, 3, shift: 0)]);
        await _monitor.ObserveAsync([.. Month(2019, 2, shift: 20, "first"), .. Month(2019, 3, shift: 0, "first")]);
        await _monitor.ObserveAsync([.. Month(2019, 2, shift: 30, "second"), .. Month(2019, 3, shift: 0, "second")]);

        Assert.Equal(["second", null], (await _monitor.GetAlertsAsync()).Select(alert => alert.Replay));
    }

    [Fact]
    public async Task Observe_AcknowledgedAlert_KeepsTheFiguresThatWereSeen()
    {
        await _monitor.SetProfileAsync(Profile());
        await _monitor.ObserveAsync(Month(2019, 2, shift: 20)[..12]);
        await _monitor.EvaluateAsync();
        var early = Assert.Single(await _monitor.GetAlertsAsync());
        await _monitor.ObserveAsync(Month(2019, 2, shift: 20)[..16]);
        await _monitor.EvaluateAsync();
        var seen = Assert.Single(await _monitor.GetAlertsAsync());
        Assert.True(seen.Value > early.Value);
        await _monitor.AcknowledgeAsync(seen.AlertId, "ann");

        await _monitor.ObserveAsync(Month(2019, 2, shift: 20));
        await _monitor.EvaluateAsync();

        Assert.Equal(seen.Value, Assert.Single(await _monitor.GetAlertsAsync()).Value);
    }

    [Fact]
    public async Task Observe_AfterItsWindowClosed_IsCountedAsLateAndTheVerdictStands()
    {
        await _monitor.SetProfileAsync(Profile());
        await _monitor.ObserveAsync([.. Month(2019, 2, shift: 0), .. Month(2019, 3, shift: 0)]);
        var before = Assert.Single((await _monitor.GetDriftAsync()).Reports);

        await _monitor.ObserveAsync(Month(2019, 2, shift: 20)[..3]);

        var drift = await _monitor.GetDriftAsync();
        Assert.Equal(3, drift.Late);
        Assert.Equal((before.Window, before.Count, before.Statistic), (drift.Reports.Single().Window, drift.Reports.Single().Count, drift.Reports.Single().Statistic));
        await _monitor.SetProfileAsync(Profile());
        Assert.Equal(0, (await _monitor.GetDriftAsync()).Late);
    }

    [Fact]
    public async Task Observe_EleventhReplay_ForgetsTheFirst()
    {
        await _monitor.SetProfileAsync(Profile());
        foreach (var replay in Enumerable.Range(0, 11))
        {
            await _monitor.ObserveAsync(Month(2019, 2, shift: 0, $"replay-{replay}"));
        }

        Assert.Equal(Enumerable.Range(1, 10).Reverse().Select(replay => $"replay-{replay}"), (await _monitor.GetDriftAsync()).Replays.Select(replay => replay.Id));
        Assert.Equal(ProblemCode.NotFound, (await Assert.ThrowsAsync<MLOpsException>(() => _monitor.GetDriftAsync("replay-0"))).Code);
        Assert.Single((await _monitor.EvaluateAsync("replay-1")).Reports);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("../x")]
    public async Task Observe_BadReplayId_RefusesTheWholeBatch(string replay)
    {
        await _monitor.SetProfileAsync(Profile());
        ObservedInput[] batch = [.. Month(2019, 2, shift: 0), .. Month(2019, 2, shift: 0, replay)];

        Assert.Equal(ProblemCode.InvalidArgument, (await Assert.ThrowsAsync<MLOpsException>(() => _monitor.ObserveAsync(batch))).Code);

        Assert.Empty((await _monitor.EvaluateAsync()).Reports);
    }

    [Fact]
    public async Task Drift_UnknownReplay_IsNotFound()
    {
        await _monitor.SetProfileAsync(Profile());
        Assert.Equal(ProblemCode.NotFound, (await Assert.ThrowsAsync<MLOpsException>(() => _monitor.GetDriftAsync("none"))).Code);
        Assert.Equal(ProblemCode.NotFound, (await Assert.ThrowsAsync<MLOpsException>(() => _monitor.EvaluateAsync("none"))).Code);
    }

    [Fact]
    public async Task Close_WithAlerts_KeepsThemAndTheNextOfThatNameRaisesItsOwn()
    {
        await _monitor.SetProfileAsync(Profile());
        await _monitor.ObserveAsync([.. Month(2019, 2, shift: 20), .. Month(2019, 3, shift: 0)]);
        var old = Assert.Single(await _monitor.GetAlertsAsync());

        await _monitor.CloseAsync();

        Assert.Null(await _monitor.GetProfileAsync());
        Assert.Empty((await _monitor.GetDriftAsync()).Reports);
        Assert.NotNull(Assert.Single(await _monitor.GetAlertsAsync()).EndpointRemovedAt);
        Assert.Equal("ann", (await _monitor.AcknowledgeAsync(old.AlertId, "ann")).AcknowledgedBy);
        await _monitor.SetProfileAsync(Profile());
        await _monitor.ObserveAsync([.. Month(2019, 2, shift: 20), .. Month(2019, 3, shift: 0)]);
        var alerts = await _monitor.GetAlertsAsync();
        Assert.Equal(2, alerts.Count);
        Assert.Null(alerts[0].EndpointRemovedAt);
        Assert.NotEqual(old.AlertId, alerts[0].AlertId);
    }

    [Fact]
    public async Task Close_WithoutAlerts_LeavesNothing()
    {
        await _monitor.SetProfileAsync(Profile());
        await _monitor.ObserveAsync([.. Month(2019, 2, shift: 0), .. Month(2019, 3, shift: 0)]);

        await _monitor.CloseAsync();
        await _monitor.CloseAsync();

        Assert.Null(await _monitor.GetProfileAsync());
        Assert.Empty((await _monitor.GetDriftAsync()).Reports);
        Assert.DoesNotContain(_monitor.GetPrimaryKeyString(), await silo.Grains.GetGrain<INameIndexGrain>(NameIndex.Monitors).ListAsync());
    }

    /// <summary>What a silo acknowledged is there after it was killed.</summary>
    [Fact]
    public async Task Observe_SiloKilled_NothingAcknowledgedIsLost()
    {
        await using var own = new SiloFixture();
        await own.InitializeAsync();
        await own.Grains.GetGrain<IMonitorGrain>("kept").SetProfileAsync(Profile());
        await own.Grains.GetGrain<IMonitorGrain>("kept").ObserveAsync([.. Month(2019, 2, shift: 20), .. Month(2019, 3, shift: 20)]);
        await own.StopAsync(kill: true);

        await own.InitializeAsync();

        var again = own.Grains.GetGrain<IMonitorGrain>("kept");
        Assert.Equal("2019-02", Assert.Single((await again.GetDriftAsync()).Reports).Window);
        Assert.Equal("x", Assert.Single(await again.GetAlertsAsync()).Feature);
        Assert.Equal([("2019-02", 20), ("2019-03", 20)], (await again.EvaluateAsync()).Reports.Select(report => (report.Window, report.Count)));
    }

    /// <summary>A feature that goes round its circle evenly, so that every block of training rows looks like the whole.</summary>
    private static string Profile()
    {
        var values = Enumerable.Range(0, 600).Select(i => i * 0.618 % 1).ToArray();
        return BlockCalibration.Calibrate([new ReferenceFeature("x", "in", 0, values)], new DateOnly(2016, 1, 1), new DateOnly(2018, 12, 31), new CalibrationOptions()).ToJson();
    }

    private static ObservedInput[] Month(int year, int month, double shift, string? replay = null) =>
        [.. Enumerable.Range(1, 20).Select(day => new ObservedInput(new DateTimeOffset(year, month, day, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds(), [(day * 0.618 % 1) + shift], replay))];
}
