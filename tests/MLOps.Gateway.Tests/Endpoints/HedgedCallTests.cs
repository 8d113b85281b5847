using MLOps.Gateway.Endpoints;
using MLOps.Testing;

namespace MLOps.Gateway.Tests.Endpoints;

/// <summary>A call that stays silent is made once more, elsewhere; everything else is left alone.</summary>
public sealed class HedgedCallTests : IDisposable
{
    private readonly ManualTime _time = new();
    private readonly HedgedCall _hedge;
    private readonly TaskCompletionSource<string> _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<string> _second = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _seconds;

    public HedgedCallTests() => _hedge = new HedgedCall(_time);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _hedge.Dispose();

    [Fact]
    public async Task Run_AnswerInTime_IsNotAskedAgain()
    {
        var call = Run();
        _time.Advance(HedgedCall.Silence - TimeSpan.FromMilliseconds(1));
        _first.SetResult("first");

        Assert.Equal("first", await call);
        Assert.Equal(0, _seconds);
    }

    [Fact]
    public async Task Run_FailureInTime_IsTheCallersAtOnce()
    {
        var call = Run();
        _first.SetException(new InvalidOperationException("no"));

        Assert.Equal("no", (await Assert.ThrowsAsync<InvalidOperationException>(() => call)).Message);
        Assert.Equal(0, _seconds);
    }

    [Fact]
    public async Task Run_Silence_TheSecondAnswers()
    {
        var call = Silent();
        _second.SetResult("second");

        Assert.Equal("second", await call);
        Assert.Equal(1, _seconds);
    }

    [Fact]
    public async Task Run_SecondFails_TheFirstIsWaitedFor()
    {
        var call = Silent();
        _second.SetException(new InvalidOperationException("no"));
        _first.SetResult("late");

        Assert.Equal("late", await call);
    }

    [Fact]
    public async Task Run_BothFail_IsAnError()
    {
        var call = Silent();
        _second.SetException(new InvalidOperationException("second"));
        _first.SetException(new InvalidOperationException("first"));

        await Assert.ThrowsAsync<InvalidOperationException>(() => call);
    }

    /// <summary>A time-out of the call itself is its answer, not silence.</summary>
    [Fact]
    public async Task Run_CallTimesOutByItself_IsTheCallers()
    {
        var call = Run();
        _first.SetException(new TimeoutException("its own"));

        Assert.Equal("its own", (await Assert.ThrowsAsync<TimeoutException>(() => call)).Message);
        Assert.Equal(0, _seconds);
    }

    [Fact]
    public async Task Run_ManySilentCalls_OnlySoManyAreRepeated()
    {
        var calls = Enumerable.Range(0, HedgedCall.MaxAtATime + 5).Select(_ => Run()).ToList();
        _time.Advance(HedgedCall.Silence);
        await DrainTests.UntilAsync(() => Volatile.Read(ref _seconds) >= HedgedCall.MaxAtATime, "the silent calls to be made again");

        _first.SetResult("first");
        Assert.All(await Task.WhenAll(calls), answer => Assert.Equal("first", answer));
        Assert.Equal(HedgedCall.MaxAtATime, _seconds);

        // The places are free again.
        var fresh = new TaskCompletionSource<string>();
        var next = _hedge.RunAsync(fresh.Task, Again, Ct);
        _time.Advance(HedgedCall.Silence);
        _second.SetResult("second");
        Assert.Equal("second", await next);
    }

    [Fact]
    public async Task Run_CallerLeaves_Ends()
    {
        using var leave = new CancellationTokenSource();
        var call = _hedge.RunAsync(_first.Task, Again, leave.Token);
        _time.Advance(HedgedCall.Silence);
        await leave.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
    }

    private Task<string> Run() => _hedge.RunAsync(_first.Task, Again, Ct);

    private Task<string> Silent()
    {
        var call = Run();
        _time.Advance(HedgedCall.Silence);
        return call;
    }

    private Task<string> Again()
    {
        Interlocked.Increment(ref _seconds);
        return _second.Task;
    }
}
