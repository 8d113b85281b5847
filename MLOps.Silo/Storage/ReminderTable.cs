using MLOps.Tracking;

namespace MLOps.Silo.Storage;

/// <summary>Orleans' reminders in the tracking database: they outlive the silo without a second store to run and to back up.</summary>
internal sealed class ReminderTable(IReminderStore store) : IReminderTable
{
    public async Task<ReminderTableData> ReadRows(GrainId grainId) => Table(await store.ReadAllAsync(grainId.ToString()));

    public async Task<ReminderTableData> ReadRows(uint begin, uint end) => Table(await store.ReadRangeAsync(begin, end));

    public async Task<ReminderEntry?> ReadRow(GrainId grainId, string reminderName) =>
        await store.ReadAsync(grainId.ToString(), reminderName) is { } stored ? Entry(stored) : null;

    public async Task<string?> UpsertRow(ReminderEntry entry) => await store.WriteAsync(new StoredReminder(
        entry.GrainId.ToString(),
        entry.ReminderName,
        entry.GrainId.GetUniformHashCode(),
        // UTC by Orleans' contract, whatever the value's kind says.
        new DateTimeOffset(DateTime.SpecifyKind(entry.StartAt, DateTimeKind.Utc)),
        entry.Period,
        null));

    public Task<bool> RemoveRow(GrainId grainId, string reminderName, string eTag) => store.RemoveAsync(grainId.ToString(), reminderName, eTag);

    public Task TestOnlyClearTable() => store.ClearAsync();

    private static ReminderTableData Table(IReadOnlyList<StoredReminder> stored) => new(stored.Select(Entry));

    private static ReminderEntry Entry(StoredReminder stored) => new()
    {
        GrainId = GrainId.Parse(stored.GrainId, null),
        ReminderName = stored.Name,
        StartAt = stored.Start.UtcDateTime,
        Period = stored.Period,
        ETag = stored.ETag,
    };
}
