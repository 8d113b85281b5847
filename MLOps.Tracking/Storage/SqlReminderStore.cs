using System.Data.Common;

namespace MLOps.Tracking.Storage;

/// <summary>Reminders in the table <c>mlops_reminder</c>, written through the same group commit as everything else.</summary>
internal sealed class SqlReminderStore(SqlDatabase database) : IReminderStore
{
    private const string Select = "SELECT grain_id, name, grain_hash, start_ms, period_ms, etag FROM mlops_reminder WHERE ";

    public Task<StoredReminder?> ReadAsync(string grainId, string name, CancellationToken cancellationToken = default) =>
        Task.FromResult(database.Read(session => session.First(Select + "grain_id = $0 AND name = $1", Row, grainId, name)));

    public Task<IReadOnlyList<StoredReminder>> ReadAllAsync(string grainId, CancellationToken cancellationToken = default) =>
        Task.FromResult<IReadOnlyList<StoredReminder>>(database.Read(session => session.Query(Select + "grain_id = $0", Row, grainId)));

    public Task<IReadOnlyList<StoredReminder>> ReadRangeAsync(uint begin, uint end, CancellationToken cancellationToken = default) =>
        Task.FromResult<IReadOnlyList<StoredReminder>>(database.Read(session => session.Query(
            Select + (begin < end ? "grain_hash > $0 AND grain_hash <= $1" : "(grain_hash > $0 OR grain_hash <= $1)"),
            Row,
            (long)begin,
            (long)end)));

    public Task<string> WriteAsync(StoredReminder reminder, CancellationToken cancellationToken = default)
    {
        // A number that goes up would begin anew with a reminder that was removed and made again, and an old one could then remove it.
        var etag = Guid.NewGuid().ToString("n");
        return database.WriteAsync(
            session =>
            {
                session.Execute(
                    "INSERT INTO mlops_reminder (grain_id, name, grain_hash, start_ms, period_ms, etag) VALUES ($0, $1, $2, $3, $4, $5) ON CONFLICT (grain_id, name) DO UPDATE SET grain_hash = excluded.grain_hash, start_ms = excluded.start_ms, period_ms = excluded.period_ms, etag = excluded.etag",
                    reminder.GrainId,
                    reminder.Name,
                    (long)reminder.GrainHash,
                    reminder.Start.ToUnixTimeMilliseconds(),
                    (long)reminder.Period.TotalMilliseconds,
                    etag);
                return etag;
            },
            cancellationToken);
    }

    public Task<bool> RemoveAsync(string grainId, string name, string etag, CancellationToken cancellationToken = default) => database.WriteAsync(
        session => session.Execute("DELETE FROM mlops_reminder WHERE grain_id = $0 AND name = $1 AND etag = $2", grainId, name, etag) > 0,
        cancellationToken);

    public Task ClearAsync(CancellationToken cancellationToken = default) => database.WriteAsync(session => session.Execute("DELETE FROM mlops_reminder"), cancellationToken);

    private static StoredReminder Row(DbDataReader row) => new(
        row.GetString(0),
        row.GetString(1),
        (uint)row.GetInt64(2),
        DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(3)),
        TimeSpan.FromMilliseconds(row.GetInt64(4)),
        row.GetString(5));
}
