using MLOps.Contracts.Problems;

namespace MLOps.Tracking.Tests.Storage;

public class StateStoreTests : StoreTests
{
    [Fact]
    public async Task Write_ThenRestart_ReadsItBack()
    {
        await using var store = new OpenStore(DatabaseUri());
        var first = await store.States.WriteAsync("endpoint", "a", [1, 2], null, Cancelled);
        await store.States.WriteAsync("endpoint", "a", [3], first, Cancelled);
        await store.RestartAsync();
        Assert.Equal([3], (await store.States.ReadAsync("endpoint", "a", Cancelled))!.Payload);
        Assert.Null(await store.States.ReadAsync("endpoint", "b", Cancelled));
    }

    [Fact]
    public async Task Write_WithAnOldETag_IsAConflictAndChangesNothing()
    {
        await using var store = new OpenStore(DatabaseUri());
        var first = await store.States.WriteAsync("endpoint", "a", [1], null, Cancelled);
        await store.States.WriteAsync("endpoint", "a", [2], first, Cancelled);
        foreach (var etag in new[] { first, null })
        {
            var refusal = await Assert.ThrowsAsync<MLOpsException>(() => store.States.WriteAsync("endpoint", "a", [9], etag, Cancelled));
            Assert.Equal(ProblemCode.Conflict, refusal.Code);
        }

        Assert.Equal([2], (await store.States.ReadAsync("endpoint", "a", Cancelled))!.Payload);
    }

    [Fact]
    public async Task Clear_WithTheCurrentETag_RemovesIt()
    {
        await using var store = new OpenStore(DatabaseUri());
        var etag = await store.States.WriteAsync("endpoint", "a", [1], null, Cancelled);
        await store.States.ClearAsync("endpoint", "a", etag, Cancelled);
        Assert.Null(await store.States.ReadAsync("endpoint", "a", Cancelled));
        Assert.Equal("1", await store.States.WriteAsync("endpoint", "a", [4], null, Cancelled));
    }
}
