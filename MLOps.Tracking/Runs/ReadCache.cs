using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using MLOps.Tracking.Storage;

namespace MLOps.Tracking.Runs;

/// <summary>Entities as they were last read, until one of our writes, or another program's, may have changed them.
/// An entry is good while the number of writes to its slot, taken before it was read, has not moved.</summary>
/// <param name="foreign">Tells of other programs' writes.</param>
internal sealed class ReadCache<T>(ForeignWrites foreign)
    where T : class
{
    private const int MaxEntries = 4096;
    private const int Slots = 4096;
    private readonly ConcurrentDictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private readonly long[] _writes = new long[Slots];
    private long _all;

    /// <summary>To be taken before the entity is read from the database.</summary>
    public (long Writes, long Epoch) Mark(string id) => (Volatile.Read(ref _writes[Slot(id)]), foreign.Epoch);

    public bool TryGet(string id, [NotNullWhen(true)] out T? entity)
    {
        if (foreign.IsFresh && _entries.TryGetValue(id, out var entry) && entry.Mark == Mark(id))
        {
            entity = entry.Entity;
            return true;
        }

        entity = null;
        return false;
    }

    public void Keep(string id, T entity, (long Writes, long Epoch) mark)
    {
        if (_entries.Count >= MaxEntries)
        {
            _entries.Clear();
        }

        _entries[id] = new Entry(entity, mark);
    }

    /// <summary>To be taken before entities are looked for whose ids are not known yet; when it has moved afterwards, what was found may be old.</summary>
    public (long Writes, long Epoch) MarkAll() => (Volatile.Read(ref _all), foreign.Epoch);

    /// <summary>After a write to the entity is durable, before it is acknowledged.</summary>
    public void Forget(string id)
    {
        Interlocked.Increment(ref _writes[Slot(id)]);
        Interlocked.Increment(ref _all);
    }

    private static int Slot(string id) => (int)((uint)string.GetHashCode(id, StringComparison.Ordinal) % Slots);

    private sealed record Entry(T Entity, (long Writes, long Epoch) Mark);
}
