using MLOps.Gateway.Endpoints;

namespace MLOps.Gateway.Tests.Endpoints;

public sealed class ShadowRunsTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>What each of four endpoints gets that want all there is and give nothing back.</summary>
    [Theory]
    [InlineData(3, new[] { 2, 1, 0, 0 })]
    [InlineData(4, new[] { 2, 1, 1, 0 })]
    [InlineData(8, new[] { 4, 2, 1, 1 })]
    [InlineData(32, new[] { 16, 8, 4, 2 })]
    public void Enter_NobodyEverExits_LeavesRunsToOtherEndpoints(int most, int[] expected)
    {
        var runs = new ShadowRuns(most);
        var taken = new int[expected.Length];
        for (var endpoint = 0; endpoint < taken.Length; endpoint++)
        {
            while (runs.EnterAsync($"e{endpoint}", Ct).AsTask().IsCompletedSuccessfully)
            {
                taken[endpoint]++;
            }
        }

        Assert.Equal(expected, taken);
    }

    [Fact]
    public async Task Exit_SeveralWait_WhoMayHaveItAndCameFirstGetsIt()
    {
        var runs = new ShadowRuns(3);
        await runs.EnterAsync("a", Ct);
        await runs.EnterAsync("a", Ct);
        var again = runs.EnterAsync("a", Ct).AsTask();
        await runs.EnterAsync("b", Ct);
        var first = runs.EnterAsync("c", Ct).AsTask();
        var second = runs.EnterAsync("d", Ct).AsTask();

        // The oldest is of "a", which has one still: not fewer than are free.
        runs.Exit("a");
        await first.WaitAsync(TimeSpan.FromMinutes(1), Ct);
        Assert.False(second.IsCompleted || again.IsCompleted);
        runs.Exit("b");
        await second.WaitAsync(TimeSpan.FromMinutes(1), Ct);
        Assert.False(again.IsCompleted);
        runs.Exit("a");
        await again.WaitAsync(TimeSpan.FromMinutes(1), Ct);
    }

    [Fact]
    public async Task Enter_GivenUp_LeavesNothingTaken()
    {
        var runs = new ShadowRuns(3);
        await runs.EnterAsync("a", Ct);
        await runs.EnterAsync("a", Ct);
        using var stop = new CancellationTokenSource();
        var given = runs.EnterAsync("a", stop.Token).AsTask();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => runs.EnterAsync("b", stop.Token).AsTask());

        runs.Exit("a");
        runs.Exit("a");
        await runs.EnterAsync("b", Ct);
        Assert.True(runs.EnterAsync("b", Ct).AsTask().IsCompletedSuccessfully);
    }
}
