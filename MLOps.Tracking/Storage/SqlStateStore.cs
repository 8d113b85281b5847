using System.Globalization;
using MLOps.Contracts.Problems;

namespace MLOps.Tracking.Storage;

/// <summary>Entity states in the table <c>mlops_grain_state</c>, written through the same group commit as everything else.</summary>
internal sealed class SqlStateStore(SqlDatabase database, TimeProvider clock) : IStateStore
{
    public Task<StoredState?> ReadAsync(string type, string id, CancellationToken cancellationToken = default) => Task.FromResult(database.Read(session => session.First(
        "SELECT payload, etag FROM mlops_grain_state WHERE grain_type = $0 AND grain_id = $1",
        row => new StoredState((byte[])row.GetValue(0), row.GetInt64(1).ToString(CultureInfo.InvariantCulture)),
        type,
        id)));

    public Task<string> WriteAsync(string type, string id, byte[] payload, string? etag, CancellationToken cancellationToken = default) => database.WriteAsync(
        session =>
        {
            var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
            var written = etag is null
                ? session.Scalar(
                    "INSERT INTO mlops_grain_state (grain_type, grain_id, etag, payload, modified_ms) VALUES ($0, $1, 1, $2, $3) ON CONFLICT DO NOTHING RETURNING etag",
                    type,
                    id,
                    payload,
                    now)
                : session.Scalar(
                    "UPDATE mlops_grain_state SET etag = etag + 1, payload = $0, modified_ms = $1 WHERE grain_type = $2 AND grain_id = $3 AND etag = $4 RETURNING etag",
                    payload,
                    now,
                    type,
                    id,
                    Number(etag));
            return written is long number ? number.ToString(CultureInfo.InvariantCulture) : throw Changed(type, id);
        },
        cancellationToken);

    public Task ClearAsync(string type, string id, string? etag, CancellationToken cancellationToken = default) => database.WriteAsync(
        session =>
        {
            if (etag is not null && session.Execute("DELETE FROM mlops_grain_state WHERE grain_type = $0 AND grain_id = $1 AND etag = $2", type, id, Number(etag)) == 0)
            {
                throw Changed(type, id);
            }
        },
        cancellationToken);

    public Task ProbeAsync(CancellationToken cancellationToken = default) => database.WriteAsync(session => session.Scalar("SELECT 1"), cancellationToken);

    private static long Number(string etag) => long.Parse(etag, CultureInfo.InvariantCulture);

    private static MLOpsException Changed(string type, string id) =>
        new(ProblemCode.Conflict, $"The state of {type} '{id}' was written by somebody else meanwhile: read it again and retry.");
}
