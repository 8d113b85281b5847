namespace MLOps.Tracking.Tests.Storage;

public class ReminderStoreTests : StoreTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, 7, TimeSpan.Zero);

    [Fact]
    public async Task Write_ThenRestart_ReadsItBack()
    {
        await using var store = new OpenStore(DatabaseUri());
        var given = Reminder("run/a", "lease", uint.MaxValue);
        var etag = await store.Reminders.WriteAsync(given, Cancelled);
        await store.RestartAsync();
        Assert.Equal(given with { ETag = etag }, await store.Reminders.ReadAsync("run/a", "lease", Cancelled));
        Assert.Null(await store.Reminders.ReadAsync("run/a", "other", Cancelled));
        Assert.Null(await store.Reminders.ReadAsync("run/b", "lease", Cancelled));
    }

    [Fact]
    public async Task Write_Again_ReplacesItUnderANewETag()
    {
        await using var store = new OpenStore(DatabaseUri());
        var first = await store.Reminders.WriteAsync(Reminder("run/a", "lease", 5), Cancelled);
        var later = Reminder("run/a", "lease", 5) with { Start = Noon.AddDays(1), Period = TimeSpan.FromMinutes(3) };
        var second = await store.Reminders.WriteAsync(later, Cancelled);
        Assert.NotEqual(first, second);
        Assert.Equal([later with { ETag = second }], await store.Reminders.ReadAllAsync("run/a", Cancelled));
    }

    [Fact]
    public async Task Remove_WithAnOldETag_LeavesTheNewReminder()
    {
        await using var store = new OpenStore(DatabaseUri());
        var first = await store.Reminders.WriteAsync(Reminder("run/a", "lease", 5), Cancelled);
        Assert.True(await store.Reminders.RemoveAsync("run/a", "lease", first, Cancelled));
        Assert.False(await store.Reminders.RemoveAsync("run/a", "lease", first, Cancelled));

        var second = await store.Reminders.WriteAsync(Reminder("run/a", "lease", 5), Cancelled);
        Assert.False(await store.Reminders.RemoveAsync("run/a", "lease", first, Cancelled));
        Assert.NotNull(await store.Reminders.ReadAsync("run/a", "lease", Cancelled));
        Assert.True(await store.Reminders.RemoveAsync("run/a", "lease", second, Cancelled));
        Assert.Null(await store.Reminders.ReadAsync("run/a", "lease", Cancelled));
    }

    [Theory]
    [InlineData(10u, 30u, "20 30")]
    [InlineData(9u, 10u, "10")]
    [InlineData(30u, 4_294_967_295u, "4294967295")]
    [InlineData(0u, 4_294_967_295u, "10 20 30 4294967295")]
    [InlineData(30u, 10u, "0 10 4294967295")]
    [InlineData(4_294_967_295u, 0u, "0")]
    [InlineData(40u, 5u, "0 4294967295")]
    [InlineData(20u, 20u, "0 10 20 30 4294967295")]
    [InlineData(0u, 0u, "0 10 20 30 4294967295")]
    public async Task ReadRange_OfTheRing_IsOpenAtItsBeginAndClosedAtItsEnd(uint begin, uint end, string expected)
    {
        await using var store = new OpenStore(DatabaseUri());
        foreach (var hash in (uint[])[0, 10, 20, 30, uint.MaxValue])
        {
            await store.Reminders.WriteAsync(Reminder($"run/{hash}", "lease", hash), Cancelled);
        }

        var found = await store.Reminders.ReadRangeAsync(begin, end, Cancelled);
        Assert.Equal(expected, string.Join(' ', found.Select(reminder => reminder.GrainHash).Order()));
    }

    [Fact]
    public async Task ReadAll_OfOneOwner_GivesItsOwnOnly()
    {
        await using var store = new OpenStore(DatabaseUri());
        foreach (var (owner, name) in ((string, string)[])[("run/a", "x"), ("run/a", "y"), ("run/b", "x")])
        {
            await store.Reminders.WriteAsync(Reminder(owner, name, 1), Cancelled);
        }

        Assert.Equal(["x", "y"], (await store.Reminders.ReadAllAsync("run/a", Cancelled)).Select(reminder => reminder.Name).Order());
        await store.Reminders.ClearAsync(Cancelled);
        Assert.Empty(await store.Reminders.ReadRangeAsync(0, 0, Cancelled));
    }

    private static StoredReminder Reminder(string owner, string name, uint hash) => new(owner, name, hash, Noon, TimeSpan.FromMinutes(1), null);
}
