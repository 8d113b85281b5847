using MLOps.Tracking.Tests.Storage;

namespace MLOps.Tracking.Tests.Search;

/// <summary>A page so large that a second session reads half of it, and what becomes of it where there is none.</summary>
public sealed class ManyRunsTests
{
    [Theory]
    [InlineData(199, 1)]
    [InlineData(200, 2)]
    public async Task Search_TwoHundredRuns_OpensASecondSession(int count, int expected)
    {
        await using var store = new OpenStore();
        await ManyRuns.LogAsync(store, count);
        await using var counted = new CountedSessions(store.Path);

        ManyRuns.AssertFound(count, ManyRuns.Search(counted, count));
        Assert.Equal(expected, counted.Opened);
    }

    [Fact]
    public async Task Search_ManyRuns_NoSecondSessionIsToBeHad_GoesOnWithOne()
    {
        const int Count = 300;
        await using var store = new OpenStore();
        await ManyRuns.LogAsync(store, Count);
        await using var counted = new CountedSessions(store.Path, most: 1);

        ManyRuns.AssertFound(Count, ManyRuns.Search(counted, Count));
        Assert.Equal(2, counted.Asked);
    }
}
