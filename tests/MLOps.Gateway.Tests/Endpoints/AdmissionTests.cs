using MLOps.Contracts.Endpoints;
using MLOps.Contracts.Problems;
using MLOps.Gateway.Endpoints;

namespace MLOps.Gateway.Tests.Endpoints;

public sealed class AdmissionTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Enter_OverConcurrency_WaitsInOrderAndRefusesWhatIsOverTheQueue()
    {
        var admission = new Admission("e", new EndpointLimits(MaxConcurrency: 1, MaxQueue: 2), TimeProvider.System);
        Assert.True(IsIn(admission.EnterAsync(null, Ct)));
        var second = admission.EnterAsync(null, Ct).AsTask();
        var third = admission.EnterAsync(null, Ct).AsTask();
        var refused = await Assert.ThrowsAsync<MLOpsException>(() => admission.EnterAsync(null, Ct).AsTask());
        Assert.Equal((ProblemCode.ResourceExhausted, TimeSpan.FromSeconds(1)), (refused.Code, refused.RetryAfter));

        admission.Exit();
        await second;
        Assert.False(third.IsCompleted);
        admission.Exit();
        await third;
        admission.Exit();
        Assert.True(IsIn(admission.EnterAsync(null, Ct)));
    }

    [Fact]
    public async Task Enter_WaiterGivesUp_LosesNoPlace()
    {
        var admission = new Admission("e", new EndpointLimits(MaxConcurrency: 1, MaxQueue: 1), TimeProvider.System);
        await admission.EnterAsync(null, Ct);
        using var impatient = new CancellationTokenSource();
        var waiting = admission.EnterAsync(null, impatient.Token).AsTask();
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);

        var next = admission.EnterAsync(null, Ct).AsTask();
        admission.Exit();
        await next;
    }

    [Fact]
    public async Task Enter_WaitsLongerThanTheTimeout_IsDeadlineExceeded()
    {
        var admission = new Admission("e", new EndpointLimits(MaxConcurrency: 1, MaxQueue: 1, TimeoutMs: 20), TimeProvider.System);
        await admission.EnterAsync(null, Ct);
        var late = await Assert.ThrowsAsync<MLOpsException>(() => admission.EnterAsync(null, Ct).AsTask());
        Assert.Equal(ProblemCode.DeadlineExceeded, late.Code);
    }

    [Fact]
    public async Task Enter_ManyCallersAtOnce_NeverRunsMoreThanAllowedAndStarvesNobody()
    {
        const int Limit = 3, Callers = 16, Calls = 2000;
        var admission = new Admission("e", new EndpointLimits(Limit, Callers), TimeProvider.System);
        int running = 0, most = 0, done = 0;
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(
            async () =>
            {
                var random = new Random(caller);
                for (var i = 0; i < Calls; i++)
                {
                    // Some give up while they wait: their places must not get lost.
                    using var patience = new CancellationTokenSource();
                    var entering = admission.EnterAsync(null, patience.Token).AsTask();
                    if (random.Next(4) == 0)
                    {
                        await patience.CancelAsync();
                    }

                    try
                    {
                        await entering;
                    }
                    catch (OperationCanceledException)
                    {
                        continue;
                    }

                    var now = Interlocked.Increment(ref running);
                    InterlockedMax(ref most, now);
                    if (random.Next(3) == 0)
                    {
                        await Task.Yield();
                    }

                    Interlocked.Decrement(ref running);
                    Interlocked.Increment(ref done);
                    admission.Exit();
                }
            },
            Ct)));
        Assert.InRange(most, 1, Limit);
        Assert.True(done > 0);
        for (var i = 0; i < Limit; i++)
        {
            Assert.True(IsIn(admission.EnterAsync(null, Ct)), $"only {i} of {Limit} places are left");
        }

        Assert.False(IsIn(admission.EnterAsync(null, Ct)));
    }

    [Fact]
    public void Enter_Uncontended_AllocatesNothing()
    {
        var admission = new Admission("e", new EndpointLimits(MaxConcurrency: 4, MaxQueue: 4, RatePerSecond: 1e9), TimeProvider.System);
        Assert.True(IsIn(admission.EnterAsync("me", Ct)));
        admission.Exit();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            Assert.True(IsIn(admission.EnterAsync("me", Ct)));
            admission.Exit();
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void Rates_OfOneCaller_DoNotTouchAnother()
    {
        var time = new HandTime();
        var rates = new CallerRates(perSecond: 10, burst: 3, time);
        Assert.Equal([true, true, true, false], Enumerable.Range(0, 4).Select(_ => rates.TryTake("a") is null));
        Assert.Equal(TimeSpan.FromMilliseconds(100), rates.TryTake("a"));
        Assert.Null(rates.TryTake("b"));

        time.Advance(TimeSpan.FromMilliseconds(100));
        Assert.Equal([true, false], Enumerable.Range(0, 2).Select(_ => rates.TryTake("a") is null));
        time.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal([true, true, true, false], Enumerable.Range(0, 4).Select(_ => rates.TryTake("a") is null));
    }

    [Fact]
    public void Rates_OfMoreCallersThanAreRemembered_StayBoundedAndKeepWhoAsksOften()
    {
        const int Callers = 100_000;
        var rates = new CallerRates(perSecond: 0.001, burst: 1, new HandTime());
        Assert.Null(rates.TryTake("often"));
        for (var i = 0; i < Callers; i++)
        {
            Assert.Null(rates.TryTake($"caller {i}"));
            Assert.True(i % 1000 != 0 || rates.TryTake("often") is not null, $"who had no token left was forgotten after {i} others");
        }

        Assert.InRange(rates.Count, CallerRates.Generation, 2 * CallerRates.Generation);
        Assert.NotNull(rates.TryTake($"caller {Callers - CallerRates.Generation}"));
    }

    private static bool IsIn(ValueTask entering) => entering.IsCompletedSuccessfully;

    private static void InterlockedMax(ref int target, int value)
    {
        for (var seen = Volatile.Read(ref target); value > seen;)
        {
            var before = Interlocked.CompareExchange(ref target, value, seen);
            if (before == seen)
            {
                return;
            }

            seen = before;
        }
    }

    private sealed class HandTime : TimeProvider
    {
        private long _ticks = TimeSpan.TicksPerDay;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _ticks;

        public void Advance(TimeSpan by) => _ticks += by.Ticks;
    }
}
