using MLOps.Contracts.Endpoints;
using MLOps.Contracts.Monitoring;
using MLOps.Contracts.Statistics;
using MLOps.Monitoring.Sequential;
using MLOps.Silo.Endpoints;

namespace MLOps.Silo.Tests.Endpoints;

public sealed class CanaryJudgeTests
{
    private const long Start = 1_000_000;

    [Fact]
    public void Judge_StepNotOver_Holds()
    {
        Assert.Equal(CanaryAction.Hold, Judge([Counts("new", 99)], after: 60_000).Action);
        Assert.Equal(CanaryAction.Hold, Judge([Counts("new", 100)], after: 59_999).Action);
    }

    [Fact]
    public void Judge_LongEnoughAndEnoughRequests_Advances()
    {
        var judgement = Judge([Counts("new", 100)], after: 60_000);
        Assert.Equal(CanaryAction.Advance, judgement.Action);
        Assert.Contains("100 requests", judgement.Reason, StringComparison.Ordinal);
    }

    /// <summary>The second step asks for no requests of its own.</summary>
    [Theory]
    [InlineData(0, false)]
    [InlineData(19, false)] // Nobody could have judged these: a candidate that fails them all would go on.
    [InlineData(20, true)]
    public void Judge_StepOfTimeAlone_WaitsForWhatTheRulesNeed(long requests, bool goesOn) => Assert.Equal(
        goesOn ? CanaryAction.Advance : CanaryAction.Hold,
        Judge([Counts("new", requests, errors: goesOn ? 0 : requests)], after: 60_000, step: 1).Action);

    [Fact]
    public void Judge_NoRulesOfRates_WaitsForOneRequest()
    {
        var rules = new CanaryRules(MinSamples: 20);
        Assert.Equal(CanaryAction.Hold, Judge([Counts("new", 0)], after: 60_000, rules: rules, step: 1).Action);
        Assert.Equal(CanaryAction.Advance, Judge([Counts("new", 1)], after: 60_000, rules: rules, step: 1).Action);
    }

    [Theory]
    [InlineData(19, 19, 0, false)] // Too few to judge.
    [InlineData(20, 0, 0, false)]
    [InlineData(20, 1, 0, false)] // Exactly at the limit.
    [InlineData(20, 2, 0, true)]
    [InlineData(20, 0, 2, true)] // What only the candidate refuses is its fault.
    public void Judge_ErrorRate_RollsBackWithinTheStep(long requests, long errors, long refused, bool isRolledBack) =>
        Assert.Equal(isRolledBack ? CanaryAction.RollBack : CanaryAction.Hold, Judge([Counts("new", requests, errors, refused), Counts("old", 1000)], after: 1).Action);

    [Fact]
    public void Judge_WhatEverybodyRefuses_IsTheCallersFault() =>
        Assert.Equal(CanaryAction.Hold, Judge([Counts("new", 100, refused: 10), Counts("old", 1000, refused: 100)], after: 1).Action);

    /// <summary>One caller who sends what nobody takes always meets the same variant.</summary>
    [Fact]
    public void Judge_WhatFitsNobody_IsNotLookedAt()
    {
        Assert.Equal(CanaryAction.Hold, Judge([Counts("new", 100, refused: 60) with { Misfits = 60 }, Counts("old", 1000)], after: 1).Action);
        Assert.Equal(CanaryAction.RollBack, Judge([Counts("new", 100, refused: 10), Counts("old", 1000, refused: 600) with { Misfits = 600 }], after: 1).Action);
        Assert.Equal(CanaryAction.Hold, Judge([Counts("new", 159, refused: 60) with { Misfits = 60 }], after: 60_000).Action);
        Assert.Equal(CanaryAction.Advance, Judge([Counts("new", 160, refused: 60) with { Misfits = 60 }], after: 60_000).Action);
    }

    [Fact]
    public void Judge_P99_RollsBackBothAbsoluteAndRelative()
    {
        var slow = Counts("new", 100, milliseconds: 8);
        Assert.Contains("99th percentile", Judge([slow], after: 1, rules: Rules with { MaxP99Ms = 7 }).Reason, StringComparison.Ordinal);
        Assert.Equal(CanaryAction.Hold, Judge([slow], after: 1, rules: Rules with { MaxP99Ms = 9 }).Action);
        Assert.Equal(CanaryAction.RollBack, Judge([slow, Counts("old", 100, milliseconds: 2)], after: 1, rules: Rules with { MaxP99Ratio = 3 }).Action);
        Assert.Equal(CanaryAction.Hold, Judge([slow, Counts("old", 100, milliseconds: 4)], after: 1, rules: Rules with { MaxP99Ratio = 3 }).Action);
    }

    [Fact]
    public void Judge_DriftAlert_RollsBackOnlyForNewLiveOnes()
    {
        Assert.Equal(CanaryAction.RollBack, Judge([], after: 1, alerts: [Alert(Start, null)]).Action);
        Assert.Equal(CanaryAction.Hold, Judge([], after: 1, alerts: [Alert(Start - 1, null)]).Action);
        Assert.Equal(CanaryAction.Hold, Judge([], after: 1, alerts: [Alert(Start, "replay")]).Action);
        Assert.Equal(CanaryAction.Hold, Judge([], after: 1, alerts: [Alert(Start, null)], rules: Rules with { OnDrift = false }).Action);
    }

    [Fact]
    public void Judge_BusinessMetric_RollsBackWhenTheIntervalIsBelowTheTolerance()
    {
        var worse = (Candidate: new Moments(500, 0.8, 499), Others: new Moments(500, 1.4, 499));
        var metric = new MetricRule("pnl");
        Assert.Contains("pnl is worse", Judge([], 1, rules: Rules with { Metric = metric }, moments: worse).Reason, StringComparison.Ordinal);
        Assert.Equal(CanaryAction.Hold, Judge([], 1, rules: Rules with { Metric = metric with { Tolerance = 0.5 } }, moments: worse).Action);
        Assert.Equal(CanaryAction.Hold, Judge([], 1, rules: Rules with { Metric = metric with { HigherIsBetter = false } }, moments: worse).Action);
        Assert.Equal(CanaryAction.Hold, Judge([], 1, rules: Rules with { Metric = metric }, moments: (worse.Candidate with { Count = 29 }, worse.Others)).Action);
    }

    [Theory]
    [InlineData(0, 0, "0 of 30 outcomes of pnl for 'new', 0 of 30 outcomes of pnl for the other variants")]
    [InlineData(12, 30, "12 of 30 outcomes of pnl for 'new'")]
    [InlineData(30, 29, "29 of 30 outcomes of pnl for the other variants")]
    [InlineData(30, 30, null)]
    public void Judge_BusinessMetric_HoldsTheStepUntilBothArmsHaveOutcomes(long candidate, long others, string? missing)
    {
        var judgement = Judge([Counts("new", 100)], 60_000, rules: Rules with { Metric = new MetricRule("pnl") }, moments: (new Moments(candidate, 0, candidate), new Moments(others, 0, others)));
        Assert.Equal(missing is null ? CanaryAction.Advance : CanaryAction.Hold, judgement.Action);
        Assert.EndsWith(missing ?? "ms", judgement.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, 1, true)]
    [InlineData(2, 1, true)]
    [InlineData(0, 1, false)]
    public void Judge_OutcomesAllTheSame_HoldOnlyAWorseCandidate(double candidate, double others, bool goesOn) => Assert.Equal(
        goesOn ? CanaryAction.Advance : CanaryAction.Hold,
        Judge([Counts("new", 100)], 60_000, rules: Rules with { Metric = new MetricRule("filled") }, moments: (new Moments(50, candidate, 0), new Moments(50, others, 0))).Action);

    /// <summary>The canary of these tests has two steps with other traffic beside the candidate's.</summary>
    [Theory]
    [InlineData(0.99, false)]
    [InlineData(1.01, true)]
    public void Judge_BusinessMetric_HasTheStepsPartOfAlpha(double above, bool isRolledBack)
    {
        // Solved for the difference at which the interval of alpha / 2 just leaves 0; that of alpha itself leaves it at 0.92 of it.
        var (candidate, others) = (new Moments(500, 0, 499), new Moments(500, 0, 499));
        var radius = MeanDifference.Compare(others, candidate, 0.05 / 2, 0.1)!.Value.Upper;
        var judgement = Judge([], 1, rules: Rules with { Metric = new MetricRule("pnl") }, moments: (candidate with { Mean = -above * radius }, others));
        Assert.Equal(isRolledBack ? CanaryAction.RollBack : CanaryAction.Hold, judgement.Action);
    }

    /// <summary>Both variants draw from one law, whose mean falls by a standard deviation with each step. A look after every outcome, seeds fixed.</summary>
    [Fact]
    public void Judge_IdenticalVariantsUnderACommonShift_AreRolledBackNoMoreOftenThanAlpha()
    {
        const int Runs = 500;
        var rolledBack = Enumerable.Range(0, Runs).Count(seed => IsRolledBack(seed, isPooled: false));
        Assert.InRange((double)rolledBack / Runs, 0, new MetricRule("pnl").Alpha);

        // Which the means over all steps would not hold: their arms have the steps in other proportions.
        Assert.InRange((double)Enumerable.Range(0, Runs).Count(seed => IsRolledBack(seed, isPooled: true)) / Runs, 0.5, 1);
    }

    private static bool IsRolledBack(int seed, bool isPooled)
    {
        const int OutcomesOfAStep = 600;
        var random = new Random(seed);
        var canary = new CanaryProgress(
            new CanarySpec("new", [new CanaryStep(0.1, 60_000), new CanaryStep(0.25, 60_000), new CanaryStep(0.5, 60_000)], new CanaryRules(Metric: new MetricRule("pnl"))),
            CanaryStatus.Running,
            0,
            Start,
            Start,
            null,
            [1, 0]);
        var (candidate, others) = (default(Moments), default(Moments));
        for (var step = 0; step < canary.Spec.Steps.Count; step++)
        {
            (candidate, others) = isPooled ? (candidate, others) : (default, default);
            for (var i = 0; i < OutcomesOfAStep; i++)
            {
                var isCandidate = random.NextDouble() < canary.Spec.Steps[step].Share;
                var outcome = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()) - step;
                (candidate, others) = isCandidate ? (candidate.Plus(outcome), others) : (candidate, others.Plus(outcome));
                if (CanaryJudge.Judge(canary with { Step = step }, [], [], candidate, others, Start).Action == CanaryAction.RollBack)
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>The third step.</summary>
    [Fact]
    public void Judge_BusinessMetricInAStepOfAllTraffic_WaitsForNobody() => Assert.Equal(
        CanaryAction.Advance,
        Judge([Counts("new", 20)], 60_000, rules: Rules with { Metric = new MetricRule("pnl") }, step: 2).Action);

    private static CanaryRules Rules => new(MaxErrorRate: 0.05, MinSamples: 20);

    private static CanaryJudgement Judge(
        IReadOnlyList<VariantCounts> counts,
        long after,
        CanaryRules? rules = null,
        IReadOnlyList<ModelAlert>? alerts = null,
        (Moments Candidate, Moments Others) moments = default,
        int step = 0) => CanaryJudge.Judge(
            new CanaryProgress(new CanarySpec("new", [new CanaryStep(0.1, 60_000, 100), new CanaryStep(0.5, 60_000), new CanaryStep(1, 60_000)], rules ?? Rules), CanaryStatus.Running, step, Start, Start, null, [1, 0]),
            counts,
            alerts ?? [],
            moments.Candidate,
            moments.Others,
            Start + after);

    private static VariantCounts Counts(string variant, long requests, long errors = 0, long refused = 0, double milliseconds = 1) =>
        new(variant, 1, requests, errors, refused, new SparseHistogram([LogBuckets.Of(milliseconds)], [requests - errors - refused]));

    private static ModelAlert Alert(long raisedAt, string? replay) =>
        new("a", "e", AlertKind.Drift, "2020-03", "x", 3, 2, "x drifted", raisedAt, null, null, replay);
}
