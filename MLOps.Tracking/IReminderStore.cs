namespace MLOps.Tracking;

/// <summary>Reminders of entities (grains), found by their owner or by their owner's place on a ring. Same durability promise as <see cref="ITrackingStore"/>.</summary>
public interface IReminderStore
{
    /// <returns>Null when there is no such reminder.</returns>
    Task<StoredReminder?> ReadAsync(string grainId, string name, CancellationToken cancellationToken = default);

    /// <summary>All reminders of one owner.</summary>
    Task<IReadOnlyList<StoredReminder>> ReadAllAsync(string grainId, CancellationToken cancellationToken = default);

    /// <summary>The reminders of all owners on a part of the ring.</summary>
    /// <param name="begin">The part begins after this place.</param>
    /// <param name="end">The last place of the part. Not above <paramref name="begin"/>: the part goes over the end of the ring; equal to it: the whole ring.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    Task<IReadOnlyList<StoredReminder>> ReadRangeAsync(uint begin, uint end, CancellationToken cancellationToken = default);

    /// <summary>Makes the reminder or replaces the one of that owner and name, whatever ETag it has. The ETag given is not looked at.</summary>
    /// <returns>The new ETag. No ETag is ever given twice.</returns>
    Task<string> WriteAsync(StoredReminder reminder, CancellationToken cancellationToken = default);

    /// <returns>False: there is no reminder of that owner and name with that ETag.</returns>
    Task<bool> RemoveAsync(string grainId, string name, string etag, CancellationToken cancellationToken = default);

    Task ClearAsync(CancellationToken cancellationToken = default);
}

/// <param name="GrainHash">The owner's place on the ring.</param>
/// <param name="Start">The first tick, kept to the millisecond.</param>
/// <param name="Period">Between ticks, kept to the millisecond.</param>
public sealed record StoredReminder(string GrainId, string Name, uint GrainHash, DateTimeOffset Start, TimeSpan Period, string? ETag);
