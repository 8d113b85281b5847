using Microsoft.Extensions.DependencyInjection;
using MLOps.Contracts.Endpoints;
using MLOps.Contracts.Models;
using MLOps.Contracts.Problems;
using MLOps.Contracts.Statistics;
using MLOps.Inference.Engine;
using MLOps.Testing.Onnx;
using MLOps.Tracking;
using MLOps.Tracking.Serving;

namespace MLOps.Silo.Tests.Endpoints;

/// <summary>Canary and A/B test in the endpoint's grain, over reports as gateways send them.</summary>
public sealed class EndpointRolloutTests(SiloFixture silo) : IClassFixture<SiloFixture>
{
    private static readonly CanaryRules Rules = new(MaxErrorRate: 0.1, MinSamples: 10);

    private readonly string _name = $"e{Guid.NewGuid():n}";
    private long _sequence;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private IEndpointGrain Endpoint => silo.Grains.GetGrain<IEndpointGrain>(_name);

    private IStateStore States => silo.Services.GetRequiredService<IStateStore>();

    private IServingStore Store => silo.Services.GetRequiredService<IServingStore>();

    [Fact]
    public async Task Canary_GoodCandidate_GoesStepByStepToAllTraffic()
    {
        await CanaryAsync(new CanaryStep(0.1, 0, 20), new CanaryStep(0.5, 0, 20));
        await AssertWeightsAsync(0.9, 0.1);

        await ReportAsync(("new", 19, 0), ("old", 200, 0));
        await AssertWeightsAsync(0.9, 0.1);
        Assert.Contains("19 of 20 requests", (await Endpoint.InspectAsync()).Endpoint.Canary!.Reason, StringComparison.Ordinal);
        await ReportAsync(("new", 1, 0));
        await AssertWeightsAsync(0.5, 0.5);

        // What was counted in the step before does not count in this one.
        await ReportAsync(("new", 19, 0));
        await AssertWeightsAsync(0.5, 0.5);
        await ReportAsync(("new", 1, 0));
        await AssertWeightsAsync(0, 1);
        Assert.Equal(CanaryStatus.Promoted, (await Endpoint.GetAsync()).Canary!.Status);
        Assert.Equal(
            [EndpointEventKind.CanaryPromoted, EndpointEventKind.CanaryStep, EndpointEventKind.CanaryStarted, EndpointEventKind.Deployed],
            (await HistoryAsync()).Select(line => line.Kind));
    }

    [Fact]
    public async Task Canary_BadCandidate_IsRolledBackByTheReportThatShowsIt()
    {
        await CanaryAsync(new CanaryStep(0.1, 3_600_000, 0));
        await ReportAsync(("new", 10, 2), ("old", 90, 0));

        var endpoint = await Endpoint.GetAsync();
        Assert.Equal([1, 0], endpoint.Variants.Select(variant => variant.Spec.Weight));
        Assert.Equal(CanaryStatus.RolledBack, endpoint.Canary!.Status);
        Assert.Contains("error rate", endpoint.Canary.Reason, StringComparison.Ordinal);
        var line = (await HistoryAsync())[0];
        Assert.Equal((EndpointEventKind.CanaryRolledBack, "new", EndpointEvent.Platform), (line.Kind, line.Variant, line.By));
    }

    [Fact]
    public async Task Report_SentTwice_CountsOnce()
    {
        await CanaryAsync(new CanaryStep(0.1, 0, 20));
        var report = Report(("new", 10, 0));
        await Endpoint.ReportAsync(report);
        await Endpoint.ReportAsync(report);

        var counts = Assert.Single((await Endpoint.InspectAsync()).Variants);
        Assert.Equal(10, counts.Requests);
        await AssertWeightsAsync(0.9, 0.1);
    }

    [Fact]
    public async Task Canary_ByAPerson_IsPromotedOrAbortedAtOnce()
    {
        await CanaryAsync(new CanaryStep(0.1, 3_600_000, 0));
        await Endpoint.CommandCanaryAsync(CanaryCommand.Abort, "ana");
        await AssertWeightsAsync(1, 0);
        var refused = await Assert.ThrowsAsync<MLOpsException>(() => Endpoint.CommandCanaryAsync(CanaryCommand.Promote, "ana"));
        Assert.Equal(ProblemCode.InvalidState, refused.Code);

        await CanaryAsync(new CanaryStep(0.1, 3_600_000, 0));
        await Endpoint.CommandCanaryAsync(CanaryCommand.Promote, "ben");
        await AssertWeightsAsync(0, 1);
        Assert.Equal(("ben", EndpointEventKind.CanaryPromoted), (await HistoryAsync()).Select(line => (line.By, line.Kind)).First());
    }

    [Fact]
    public async Task Deploy_KeepingTheCanary_ChangesTheRestAndLeavesItWhereItIs()
    {
        await CanaryAsync(new CanaryStep(0.1, 0, 20), new CanaryStep(0.5, 3_600_000, 0));
        await ReportAsync(("new", 20, 0));
        var before = (await Endpoint.GetAsync()).Canary!;
        await ReportAsync(("new", 7, 0));

        var spec = new EndpointSpec(new[] { Variant("old", 1, 2), Variant("new", 2, 1), Variant("dark", 1, 0) with { Role = VariantRole.Shadow } }, null, Limits: new EndpointLimits(MaxConcurrency: 3));
        var endpoint = await Endpoint.DeployAsync(spec, "ana", RunningCanary.Keep);
        Assert.Equal([0.5, 0.5, 0], endpoint.Variants.Select(variant => variant.Spec.Weight));
        Assert.Equal(3, endpoint.Limits!.MaxConcurrency);
        Assert.Equal((1, before.StepStartedAt, CanaryStatus.Running), (endpoint.Canary!.Step, endpoint.Canary.StepStartedAt, endpoint.Canary.Status));
        Assert.Equal(7, Assert.Single((await Endpoint.InspectAsync()).Step).Requests);
        Assert.DoesNotContain(await HistoryAsync(), line => line.Kind == EndpointEventKind.CanaryAborted);

        // What the deployment asked for is what the others have once the candidate has gone.
        await Endpoint.DeployAsync(spec with { Variants = new[] { Variant("old", 1, 3), Variant("new", 2, 1), Variant("third", 1, 1) } }, "ana", RunningCanary.Keep);
        await Endpoint.CommandCanaryAsync(CanaryCommand.Abort, "ana");
        await AssertWeightsAsync(0.75, 0, 0.25);
    }

    [Fact]
    public async Task Deploy_KeepingACanaryThatHasEnded_IsRefusedAndGivesItsCandidateNothing()
    {
        await CanaryAsync(new CanaryStep(0.1, 3_600_000));
        await ReportAsync(("new", 10, 5));
        var refused = await Assert.ThrowsAsync<MLOpsException>(() => Endpoint.DeployAsync(new EndpointSpec(new[] { Variant("old", 1, 1), Variant("new", 2, 1) }, null), "ana", RunningCanary.Keep));
        Assert.Equal(ProblemCode.InvalidState, refused.Code);
        Assert.Contains("RolledBack", refused.Message, StringComparison.Ordinal);
        await AssertWeightsAsync(1, 0);
    }

    [Fact]
    public async Task Deploy_WhileACanaryRuns_IsRefusedOrEndsItAsAsked()
    {
        await CanaryAsync(new CanaryStep(0.1, 3_600_000));
        var spec = new EndpointSpec(new[] { Variant("old", 1, 3), Variant("new", 2, 1) }, null);
        var refused = await Assert.ThrowsAsync<MLOpsException>(() => Endpoint.DeployAsync(spec, "ana", RunningCanary.Refuse));
        Assert.Equal(ProblemCode.InvalidState, refused.Code);
        Assert.Contains("step 1 of 1", refused.Message, StringComparison.Ordinal);
        await AssertWeightsAsync(0.9, 0.1);
        var gone = await Assert.ThrowsAsync<MLOpsException>(() => Endpoint.DeployAsync(new EndpointSpec(new[] { Variant("old", 1, 1) }, null), "ana", RunningCanary.Keep));
        Assert.Equal(ProblemCode.InvalidArgument, gone.Code);

        // Another canary ends it, too, and the history says so.
        await Endpoint.DeployAsync(spec with { Canary = new CanarySpec("new", new[] { new CanaryStep(0.2, 3_600_000) }, Rules) }, "ana");
        Assert.Equal((EndpointEventKind.CanaryAborted, "replaced by another canary in step 1"), (await HistoryAsync()).Where(line => line.Kind == EndpointEventKind.CanaryAborted).Select(line => (line.Kind, line.Message)).Single());
        await Endpoint.DeployAsync(spec, "ana");
        await AssertWeightsAsync(3, 1);
        Assert.Null((await Endpoint.GetAsync()).Canary);
    }

    [Fact]
    public async Task Canary_TimedStep_AdvancesByItselfAfterARestart()
    {
        await CanaryAsync(new CanaryStep(0.1, 2_000), new CanaryStep(0.5, 3_600_000));
        await ReportAsync(("new", 12, 0));
        await silo.StopAsync(kill: false);
        await silo.InitializeAsync();

        // Whoever asks wakes the grain; from then on its own timer looks at the clock.
        await SiloFixture.WaitForAsync("the second step after a restart in the first", WeightsAsync, weights => weights.SequenceEqual([0.5, 0.5]));
        var insight = await Endpoint.InspectAsync();
        Assert.Equal(12, insight.Variants.Single(counts => counts.Variant == "new").Requests);
        Assert.Equal(1, insight.Endpoint.Canary!.Step);
    }

    [Fact]
    public async Task Canary_CrashBetweenAStepAndItsCounts_CountsTheNewStepAnew()
    {
        await CanaryAsync(new CanaryStep(0.1, 0, 20), new CanaryStep(0.5, 0, 20));
        await ReportAsync(("new", 19, 0));
        await silo.StopAsync(kill: false);
        await silo.InitializeAsync();
        var before = (await States.ReadAsync("endpoint-telemetry", $"endpoint/{_name}", Ct))!;
        Assert.Equal(19, Assert.Single((await Endpoint.InspectAsync()).Step).Requests);
        await ReportAsync(("new", 1, 0));
        await AssertWeightsAsync(0.5, 0.5);

        // As if the process had died after the first of the two writes.
        await silo.StopAsync(kill: true);
        await silo.InitializeAsync();
        var after = (await States.ReadAsync("endpoint-telemetry", $"endpoint/{_name}", Ct))!;
        await States.WriteAsync("endpoint-telemetry", $"endpoint/{_name}", before.Payload, after.ETag, Ct);

        Assert.Empty((await Endpoint.InspectAsync()).Step);
        await ReportAsync(("new", 19, 0));
        await AssertWeightsAsync(0.5, 0.5);
        await ReportAsync(("new", 1, 0));
        await AssertWeightsAsync(0, 1);
    }

    [Fact]
    public async Task Tidy_RequestsTooOldWithoutTraffic_AreRemoved()
    {
        await ModelAsync();
        await Endpoint.DeployAsync(new EndpointSpec(new[] { Variant("old", 1, 1) }, null, Capture: new CaptureSpec(RetentionMs: 3_600_000)));
        var now = silo.Services.GetRequiredService<TimeProvider>().GetUtcNow().ToUnixTimeMilliseconds();
        RecordedRequest Request(string id, long age) => new(_name, id, null, "old", 1, 0, now - age, [1], [1], false);
        await Store.RecordRequestsAsync([Request("young", 60_000), Request("aged", 3_700_000)], Ct);

        await Endpoint.TidyAsync();
        Assert.Equal(["young"], (await Store.GetRequestsAsync(_name, 10, null, Ct)).Items.Select(request => request.RequestId));
    }

    [Fact]
    public async Task Tidy_EndpointThatIsGone_ForgetsWhatCameAfterIt()
    {
        await DeployAsync(new AbTestSpec("pnl", "old"));
        var trial = (await Endpoint.GetAsync()).Trial;
        await Endpoint.UndeployAsync();
        await OutcomesAsync(trial, ("old", 1, 1));
        Assert.Contains(_name, await Store.ListEndpointsAsync(Ct));

        await Endpoint.TidyAsync();
        Assert.DoesNotContain(_name, await Store.ListEndpointsAsync(Ct));
    }

    [Fact]
    public async Task Tidy_OutcomesOfATestThatIsOver_AreForgottenAndTheRunningOnesAreNot()
    {
        await DeployAsync(new AbTestSpec("pnl", "old"));
        var trial = (await Endpoint.GetAsync()).Trial;
        await OutcomesAsync(trial, ("old", 1, 1), ("new", 1, 1));
        await Store.RecordRequestsAsync([new RecordedRequest(_name, "late", "caller:x", "old", 1, trial - 1, 0, null, null, false)], Ct);

        await Endpoint.TidyAsync();
        Assert.Empty(await Store.GetSumsAsync(_name, trial - 1, Ct));
        Assert.Equal(2, (await Store.GetSumsAsync(_name, trial, Ct)).Where(sum => sum.Metric == "pnl").Sum(sum => sum.Count));
    }

    [Fact]
    public async Task Canary_WorseBusinessMetric_IsRolledBack()
    {
        await CanaryAsync(Rules with { Metric = new MetricRule("pnl") }, new CanaryStep(0.5, 3_600_000));
        var trial = (await Endpoint.GetAsync()).Trial;
        Assert.NotEqual(0, trial);
        await OutcomesAsync(trial, ("old", 200, 1.0), ("new", 200, 0.0));
        await Endpoint.AdvanceAsync();

        await AssertWeightsAsync(1, 0);
        Assert.Contains("pnl is worse", (await Endpoint.GetAsync()).Canary!.Reason, StringComparison.Ordinal);
        Assert.Empty(await Store.GetSumsAsync(_name, trial, Ct));
    }

    [Fact]
    public async Task Canary_BusinessMetricWithoutOutcomes_IsNotPromoted()
    {
        await CanaryAsync(new CanaryRules(Metric: new MetricRule("pnl")), new CanaryStep(0.5, 0, 20));
        await OutcomesAsync((await Endpoint.GetAsync()).Trial, ("old", 30, 0.0), ("new", 12, 0.0));
        await ReportAsync(("new", 100, 0), ("old", 100, 0));
        await AssertWeightsAsync(0.5, 0.5);
        Assert.EndsWith("12 of 30 outcomes of pnl for 'new'", (await Endpoint.InspectAsync()).Endpoint.Canary!.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Canary_CallersThatMoveToAWorseCandidate_CountInEachStep()
    {
        await CanaryAsync(new CanaryRules(Metric: new MetricRule("pnl")), new CanaryStep(0.25, 0, 20), new CanaryStep(0.5, 3_600_000));
        var callers = Enumerable.Range(0, 160).Select(i => $"caller:{i}").ToArray();
        await CallersAsync((await Endpoint.GetAsync()).Trial, callers, 40, 0);
        await ReportAsync(("new", 20, 0));
        await AssertWeightsAsync(0.5, 0.5);

        // The same callers, of whom the candidate has 40 more, and each of its outcomes is now worse by 10.
        var trial = (await Endpoint.GetAsync()).Trial;
        await CallersAsync(trial, callers, 80, -10);
        await Endpoint.AdvanceAsync();
        await AssertWeightsAsync(1, 0);
        Assert.Contains("over 80 outcomes", (await Endpoint.GetAsync()).Canary!.Reason, StringComparison.Ordinal);
        Assert.Empty(await Store.GetSumsAsync(_name, trial, Ct));
    }

    /// <summary>With the same shift for both, the growing share alone makes the candidate's mean over both steps lower (Simpson's paradox).</summary>
    [Fact]
    public async Task Canary_EverybodysOutcomesFallBetweenSteps_GoesOn()
    {
        await CanaryAsync(new CanaryRules(Metric: new MetricRule("pnl")), new CanaryStep(0.1, 0, 20), new CanaryStep(0.5, 3_600_000));
        await OutcomesAsync((await Endpoint.GetAsync()).Trial, ("old", 360, 0), ("new", 40, 0));
        await ReportAsync(("new", 20, 0));
        await AssertWeightsAsync(0.5, 0.5);
        await OutcomesAsync((await Endpoint.GetAsync()).Trial, ("old", 200, -1), ("new", 200, -1));
        await Endpoint.AdvanceAsync();
        Assert.Equal(CanaryStatus.Running, (await Endpoint.GetAsync()).Canary!.Status);
    }

    [Fact]
    public async Task Canary_OutcomeOfARequestOfTheStepBefore_IsKeptAndCountsForNothing()
    {
        await CanaryAsync(new CanaryRules(Metric: new MetricRule("pnl")), new CanaryStep(0.25, 0, 20), new CanaryStep(0.5, 3_600_000));
        var first = (await Endpoint.GetAsync()).Trial;
        await OutcomesAsync(first, ("old", 30, 0), ("new", 30, 0));
        await Store.RecordRequestsAsync([new RecordedRequest(_name, "slow", null, "new", 1, first, 0, null, null, false), new RecordedRequest(_name, "slow-caller", "caller:x", "new", 1, first, 0, null, null, false)], Ct);
        await ReportAsync(("new", 20, 0));
        var second = (await Endpoint.GetAsync()).Trial;
        Assert.NotEqual(first, second);

        var late = new[] { new Outcome("slow", "pnl", -1e6, null, 0), new Outcome("slow-caller", "pnl", -1e6, null, 0) };
        Assert.Equal(2, (await Store.RecordOutcomesAsync(_name, late, Ct)).Accepted);
        Assert.Equal(-1e6, Assert.Single((await Store.GetRequestAsync(_name, "slow", Ct))!.Outcomes).Value);
        Assert.Empty(await Store.GetSumsAsync(_name, second, Ct));

        // What they left of the step that is over goes with housekeeping.
        await Endpoint.TidyAsync();
        Assert.Empty(await Store.GetSumsAsync(_name, first, Ct));
    }

    [Fact]
    public async Task AbTest_ClearDifference_NamesTheWinnerAndGivesItTheTraffic()
    {
        await DeployAsync(new AbTestSpec("pnl", "old", PromoteWinner: true));
        var trial = (await Endpoint.GetAsync()).Trial;
        await OutcomesAsync(trial, ("old", 150, 0.0), ("new", 150, 1.0));
        await Endpoint.AdvanceAsync();

        var insight = await Endpoint.InspectAsync();
        Assert.Equal((AbVerdict.Winner, "new"), (insight.AbTest!.Verdict, insight.AbTest.Winner));
        var arm = insight.AbTest.Arms.Single(arm => arm.Variant == "new");
        Assert.True(arm.Lower > 0 && arm.Confidence > 0.95, $"{arm}");
        await AssertWeightsAsync(0, 1);
        Assert.Equal((EndpointEventKind.AbTestDecided, insight.Endpoint.Revision), (await HistoryAsync()).Select(line => (line.Kind, line.Revision)).First());

        // The verdict is kept, what it was made from is not.
        Assert.Empty(await Store.GetSumsAsync(_name, trial, Ct));
    }

    [Fact]
    public async Task AbTest_WonAndPromoted_StaysDecidedWhenTheEndpointFollowsAndLoads()
    {
        await DeployAsync(new AbTestSpec("pnl", "old", PromoteWinner: true));
        await OutcomesAsync((await Endpoint.GetAsync()).Trial, ("old", 150, 0.0), ("new", 150, 1.0));
        await Endpoint.AdvanceAsync();

        await Endpoint.RefreshAsync();
        await Endpoint.UnloadAsync();
        await Endpoint.LoadAsync();
        Assert.Equal(0, (await Endpoint.GetAsync()).Trial);
        Assert.Equal((AbVerdict.Winner, "new"), ((await Endpoint.InspectAsync()).AbTest?.Verdict, (await Endpoint.InspectAsync()).AbTest?.Winner));
        await AssertWeightsAsync(0, 1);

        // Whoever deploys it again wants another one.
        await DeployAsync(new AbTestSpec("pnl", "old", PromoteWinner: true));
        Assert.NotEqual(0, (await Endpoint.GetAsync()).Trial);
    }

    [Fact]
    public async Task AbTest_SharesDoNotFit_HasNoVerdictHoweverClearTheOutcomes()
    {
        await DeployAsync(new AbTestSpec("pnl", "old", PromoteWinner: true));
        await OutcomesAsync((await Endpoint.GetAsync()).Trial, ("old", 300, 0.0), ("new", 150, 1.0));
        await Endpoint.AdvanceAsync();

        var test = (await Endpoint.InspectAsync()).AbTest!;
        Assert.Equal((AbVerdict.SampleRatioMismatch, null), (test.Verdict, test.Winner));
        Assert.True(test.SampleRatioPValue < 0.01, $"{test.SampleRatioPValue}");
        Assert.All(test.Arms, arm => Assert.Null(arm.Lower));
        await AssertWeightsAsync(1, 1);
        Assert.Equal(EndpointEventKind.AbTestInvalid, (await HistoryAsync())[0].Kind);
    }

    [Fact]
    public async Task AbTest_OtherWeights_BeginAgain()
    {
        await DeployAsync(new AbTestSpec("pnl", "old"));
        var trial = (await Endpoint.GetAsync()).Trial;
        await OutcomesAsync(trial, ("old", 5, 0.0), ("new", 5, 1.0));
        await DeployAsync(new AbTestSpec("pnl", "old"));
        Assert.Equal(trial, (await Endpoint.GetAsync()).Trial);

        await DeployAsync(new AbTestSpec("pnl", "old"), weight: 2);
        Assert.NotEqual(trial, (await Endpoint.GetAsync()).Trial);
        Assert.Empty(await Store.GetSumsAsync(_name, trial, Ct));
        Assert.All((await Endpoint.InspectAsync()).AbTest!.Arms, arm => Assert.Equal(0, arm.Units));
    }

    [Fact]
    public async Task Shadow_NoiseInColumnsOfDifferentLevels_HasNoRankCorrelation()
    {
        await DeployShadowAsync();
        var random = new Random(1);
        var columns = Enumerable.Range(0, 200).Select(i => i % 10).ToArray();
        double[] Noise() => [.. columns.Select(column => (10 * column) + random.NextDouble())];
        for (var i = 0; i < 4; i++)
        {
            await Endpoint.ReportAsync(new EndpointReport("gateway", ++_sequence, [], [Shadow(Difference("y", Noise(), Noise(), columns))]));
        }

        Assert.InRange((await Endpoint.InspectAsync()).RankCorrelations["dark/y"], -0.15, 0.15);
    }

    [Fact]
    public async Task Shadow_PairsOfAGatewayThatTellsNoColumns_AreCountedAndNotRanked()
    {
        await DeployShadowAsync();
        Task SendAsync(double[] live, int[]? columns) => Endpoint.ReportAsync(new EndpointReport("gateway", ++_sequence, [], [Shadow(Difference("y", live, [1, 2, 3], columns))]));
        await SendAsync([3, 2, 1], null);
        Assert.Empty((await Endpoint.InspectAsync()).RankCorrelations);

        await SendAsync([1, 2, 3], [0, 0, 0]);
        await SendAsync([3, 2, 1], null);
        var insight = await Endpoint.InspectAsync();
        Assert.Equal(1, insight.RankCorrelations["dark/y"], 12);
        Assert.Equal(9, Assert.Single(Assert.Single(insight.Shadows).Outputs).Elements);
    }

    [Theory]
    [InlineData("shadow weight")]
    [InlineData("canary of nobody")]
    [InlineData("canary and test")]
    [InlineData("share over 1")]
    [InlineData("metric without another arm")]
    [InlineData("control without traffic")]
    public async Task Deploy_SpecThatMakesNoSense_NamesTheField(string fault)
    {
        await ModelAsync();
        var spec = new EndpointSpec(new[] { Variant("old", 1, 1), Variant("new", 2, 1) }, null);
        spec = fault switch
        {
            "shadow weight" => spec with { Variants = new[] { Variant("old", 1, 1), Variant("new", 2, 1) with { Role = VariantRole.Shadow } } },
            "canary of nobody" => spec with { Canary = new CanarySpec("nobody", new[] { new CanaryStep(0.1, 1) }, Rules) },
            "canary and test" => spec with { Canary = new CanarySpec("new", new[] { new CanaryStep(0.1, 1) }, Rules), AbTest = new AbTestSpec("m", "old") },
            "metric without another arm" => spec with { Canary = new CanarySpec("new", new[] { new CanaryStep(1, 1) }, Rules with { Metric = new MetricRule("pnl") }) },
            "share over 1" => spec with { Canary = new CanarySpec("new", new[] { new CanaryStep(10, 1) }, Rules) },
            _ => spec with { Variants = new[] { Variant("old", 1, 0), Variant("new", 2, 1) }, AbTest = new AbTestSpec("m", "old") },
        };
        var refused = await Assert.ThrowsAsync<MLOpsException>(() => Endpoint.DeployAsync(spec));
        Assert.Equal(ProblemCode.InvalidArgument, refused.Code);
    }

    [Fact]
    public async Task Deploy_ModelOverItsMemory_IsRefusedAndLeavesNothing()
    {
        await ModelAsync();
        var takes = MemoryEstimate.Of(TinyModels.AddConstant(1, 1).Length);
        var refused = await Assert.ThrowsAsync<MLOpsException>(() => Endpoint.DeployAsync(new EndpointSpec(new[] { Variant("v", 1, 1) with { MemoryBytes = takes - 1 } }, null)));
        Assert.Equal(ProblemCode.InvalidArgument, refused.Code);
        Assert.Contains("memory_bytes", refused.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<MLOpsException>(Endpoint.GetAsync);
        Assert.Null(await States.ReadAsync("endpoint", $"endpoint/{_name}", Ct));

        await Endpoint.DeployAsync(new EndpointSpec(new[] { Variant("v", 1, 1) with { MemoryBytes = takes } }, null));
    }

    private static VariantSpec Variant(string name, int version, double weight) => new(name, $"models:/rollout/{version}", weight);

    private Task CanaryAsync(params CanaryStep[] steps) => CanaryAsync(Rules, steps);

    private async Task CanaryAsync(CanaryRules rules, params CanaryStep[] steps)
    {
        await ModelAsync();
        await Endpoint.DeployAsync(new EndpointSpec(new[] { Variant("old", 1, 1), Variant("new", 2, 0) }, null, new CanarySpec("new", steps, rules)));
    }

    private async Task DeployAsync(AbTestSpec test, double weight = 1)
    {
        await ModelAsync();
        await Endpoint.DeployAsync(new EndpointSpec(new[] { Variant("old", 1, 1), Variant("new", 2, weight) }, null, AbTest: test));
    }

    private async Task DeployShadowAsync()
    {
        await ModelAsync();
        await Endpoint.DeployAsync(new EndpointSpec(new[] { Variant("live", 1, 1), Variant("dark", 2, 0) with { Role = VariantRole.Shadow } }, null));
    }

    private static ShadowCounts Shadow(params OutputDifference[] outputs) => new("dark", 1, 1, 0, 0, SparseHistogram.Empty, outputs);

    private static OutputDifference Difference(string output, double[] live, double[] shadow, int[]? columns) =>
        new(output, live.Length, 0, 0, 0, 0, SparseHistogram.Empty, 0, 0, SparseHistogram.Empty, 0, 0, 0, live, shadow, columns);

    private async Task ModelAsync()
    {
        var registry = silo.Services.GetRequiredService<IModelRegistryStore>();
        if ((await registry.SearchRegisteredModelsAsync(new SearchModels("name = 'rollout'", [], 1, null), Ct)).Items.Count > 0)
        {
            return;
        }

        await silo.RegisterModelAsync("rollout", TinyModels.AddConstant(1, 1), TinyModels.AddConstant(2, 1));
    }

    private async Task<double[]> WeightsAsync() => [.. (await Endpoint.GetAsync()).Variants.Select(variant => variant.Spec.Weight)];

    private async Task AssertWeightsAsync(params double[] expected) => Assert.Equal(expected, await WeightsAsync());

    private async Task<IReadOnlyList<EndpointEvent>> HistoryAsync() => (await Store.GetEventsAsync(_name, 100, null, Ct)).Items;

    private Task ReportAsync(params (string Variant, long Requests, long Errors)[] counts) => Endpoint.ReportAsync(Report(counts));

    private EndpointReport Report(params (string Variant, long Requests, long Errors)[] counts) => new(
        "gateway",
        ++_sequence,
        counts.Select(count => new VariantCounts(count.Variant, 1, count.Requests, count.Errors, 0, new SparseHistogram([LogBuckets.Of(1)], [count.Requests - count.Errors]))).ToArray(),
        []);

    /// <summary>A request of each caller, the candidate having the first ones, each with an outcome about 0, the candidate's about the mean.</summary>
    private async Task CallersAsync(long trial, string[] callers, int moved, double mean)
    {
        string Id(int i) => $"{trial}-{callers[i]}";
        var all = Enumerable.Range(0, callers.Length).ToArray();
        await Store.RecordRequestsAsync([.. all.Select(i => new RecordedRequest(_name, Id(i), callers[i], i < moved ? "new" : "old", 1, trial, 0, null, null, false))], Ct);
        await Store.RecordOutcomesAsync(_name, [.. all.Select(i => new Outcome(Id(i), "pnl", (i < moved ? mean : 0) + (i % 2 == 0 ? 0.5 : -0.5), null, 0))], Ct);
    }

    /// <summary>Requests without callers, each with an outcome about the mean. All units in one transaction: the grain looks while this goes on, and one arm alone would be a mismatch.</summary>
    private async Task OutcomesAsync(long trial, params (string Variant, int Count, double Mean)[] arms)
    {
        var requests = arms.SelectMany(arm => Enumerable.Range(0, arm.Count).Select(i => (Id: $"{trial}-{arm.Variant}-{i}", arm.Variant, Value: arm.Mean + (i % 2 == 0 ? 0.5 : -0.5)))).ToArray();
        await Store.RecordRequestsAsync([.. requests.Select(request => new RecordedRequest(_name, request.Id, null, request.Variant, 1, trial, 0, null, null, false))], Ct);
        var result = await Store.RecordOutcomesAsync(_name, [.. requests.Select(request => new Outcome(request.Id, "pnl", request.Value, null, 0))], Ct);
        Assert.Equal(requests.Length, result.Accepted);
    }
}
