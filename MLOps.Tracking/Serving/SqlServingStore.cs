using System.Data.Common;
using MLOps.Contracts.Endpoints;
using MLOps.Tracking.Storage;

namespace MLOps.Tracking.Serving;

/// <summary>Serving's memory in our own tables. Outcomes enter the sums of a test in the transaction that stores them,
/// so that a crash or a repeated call counts none twice and loses none.</summary>
/// <param name="database">Where it is kept.</param>
/// <param name="clock">Says when an outcome came.</param>
/// <param name="maximumUnits">Callers and sequences of one test that are known again: each takes a row, and one for each metric. Several processes may go over it by a few.</param>
internal sealed class SqlServingStore(SqlDatabase database, TimeProvider clock, long maximumUnits = SqlServingStore.MaximumUnits) : IServingStore
{
    /// <summary>Enough to find a difference of a hundredth of a standard deviation.</summary>
    public const long MaximumUnits = 1_000_000;

    /// <summary>The metric under which a test's units are counted.</summary>
    private const string Assigned = "";

    /// <summary>The variant under which <see cref="Assigned"/> counts the callers and sequences that a test has taken in.</summary>
    private const string AnyVariant = "";

    /// <summary>What an endpoint has while it is there.</summary>
    private static readonly string[] Tables = ["mlops_request", "mlops_outcome", "mlops_trial_unit", "mlops_trial_sum"];

    private const string RequestColumns = "id, request_id, variant, model_version, timestamp_ms, too_large, inputs, outputs";

    public Task AppendEventsAsync(string endpoint, IReadOnlyList<EndpointEvent> events, CancellationToken cancellationToken = default) => database.WriteAsync(
        session =>
        {
            foreach (var line in events)
            {
                session.Execute(
                    "INSERT INTO mlops_endpoint_history (event_id, endpoint, kind, variant, message, by_user, revision, timestamp_ms) VALUES ($0, $1, $2, $3, $4, $5, $6, $7) ON CONFLICT (event_id) DO NOTHING",
                    line.EventId,
                    endpoint,
                    line.Kind.ToString(),
                    line.Variant,
                    line.Message,
                    line.By,
                    line.Revision,
                    line.Timestamp);
            }
        },
        cancellationToken);

    public Task<Page<EndpointEvent>> GetEventsAsync(string endpoint, int max, string? pageToken, CancellationToken cancellationToken = default)
    {
        var before = RowPage.Before(pageToken);
        return Task.FromResult(database.Read(session => RowPage.Of(
            session.Query(
                "SELECT id, event_id, timestamp_ms, kind, variant, message, by_user, revision FROM mlops_endpoint_history WHERE endpoint = $0 AND id < $1 ORDER BY id DESC LIMIT $2",
                row => (row.GetInt64(0), new EndpointEvent(
                    row.GetString(1),
                    row.GetInt64(2),
                    Enum.Parse<EndpointEventKind>(row.GetString(3)),
                    row.Text(4),
                    row.GetString(5),
                    row.GetString(6),
                    row.GetInt64(7))),
                endpoint,
                before,
                max + 1),
            max)));
    }

    public Task RecordRequestsAsync(IReadOnlyList<RecordedRequest> requests, CancellationToken cancellationToken = default) => database.WriteAsync(
        session =>
        {
            foreach (var request in requests)
            {
                Record(session, request);

                // A request is no other's unit: only callers and sequences have to be known again.
                if (request.Trial != 0 && (request.Unit is null || TakesIn(session, request.Endpoint, request.Trial, request.Unit)))
                {
                    Add(session, request.Endpoint, request.Trial, Assigned, request.Variant, 0);
                }
            }
        },
        cancellationToken);

    public Task<Page<RequestRecord>> GetRequestsAsync(string endpoint, int max, string? pageToken, CancellationToken cancellationToken = default)
    {
        var before = RowPage.Before(pageToken);
        return Task.FromResult(database.Read(session =>
        {
            var page = RowPage.Of(
                session.Query(
                    "SELECT id, request_id, variant, model_version, timestamp_ms, too_large, CASE WHEN inputs IS NULL THEN 0 ELSE 1 END FROM mlops_request WHERE endpoint = $0 AND id < $1 ORDER BY id DESC LIMIT $2",
                    row => (row.GetInt64(0), new RequestRecord(row.GetString(1), row.GetString(2), row.GetInt32(3), row.GetInt64(4), row.GetInt32(6) == 1, row.GetInt32(5) == 1, null, null, [])),
                    endpoint,
                    before,
                    max + 1),
                max);
            return page with { Items = [.. page.Items.Select(request => request with { Outcomes = Outcomes(session, endpoint, request.RequestId) })] };
        }));
    }

    public Task<RequestRecord?> GetRequestAsync(string endpoint, string requestId, CancellationToken cancellationToken = default) => Task.FromResult(database.Read(session =>
        session.First(
            $"SELECT {RequestColumns} FROM mlops_request WHERE endpoint = $0 AND request_id = $1",
            row => new RequestRecord(
                row.GetString(1),
                row.GetString(2),
                row.GetInt32(3),
                row.GetInt64(4),
                !row.IsDBNull(6),
                row.GetInt32(5) == 1,
                row.IsDBNull(6) ? null : (byte[])row.GetValue(6),
                row.IsDBNull(7) ? null : (byte[])row.GetValue(7),
                []),
            endpoint,
            requestId) is { } found
            ? found with { Outcomes = Outcomes(session, endpoint, requestId) }
            : null));

    public Task<FeedbackResult> RecordOutcomesAsync(string endpoint, IReadOnlyList<Outcome> outcomes, CancellationToken cancellationToken = default) => database.WriteAsync(
        session =>
        {
            int accepted = 0, duplicates = 0;
            var conflicting = new List<string>();
            var unknown = new List<string>();
            foreach (var outcome in outcomes)
            {
                if (session.First(
                    "SELECT variant, trial, NULLIF(unit, request_id) FROM mlops_request WHERE endpoint = $0 AND request_id = $1",
                    row => Tuple.Create(row.GetString(0), row.GetInt64(1), row.Text(2)),
                    endpoint,
                    outcome.RequestId) is not { } request)
                {
                    unknown.Add(outcome.RequestId);
                    continue;
                }

                var (variant, trial, unit) = request;
                if (session.Execute(
                    "INSERT INTO mlops_outcome (endpoint, request_id, metric, outcome_value, label, timestamp_ms, received_ms) VALUES ($0, $1, $2, $3, $4, $5, $6) ON CONFLICT (endpoint, request_id, metric) DO NOTHING",
                    endpoint,
                    outcome.RequestId,
                    outcome.Metric,
                    outcome.Value,
                    outcome.Label,
                    outcome.Timestamp,
                    clock.GetUtcNow().ToUnixTimeMilliseconds()) == 0)
                {
                    if (Outcomes(session, endpoint, outcome.RequestId).Any(known => known.Metric == outcome.Metric && known.Value == outcome.Value && known.Label == outcome.Label))
                    {
                        duplicates++;
                    }
                    else
                    {
                        conflicting.Add(outcome.RequestId);
                    }

                    continue;
                }

                accepted++;
                if (trial != 0 && outcome.Value is { } value && (unit is null || (IsTakenIn(session, endpoint, trial, unit) && IsNewUnit(session, endpoint, trial, outcome.Metric, unit))))
                {
                    Add(session, endpoint, trial, outcome.Metric, variant, value);
                }
            }

            return new FeedbackResult(accepted, duplicates, conflicting, unknown);
        },
        cancellationToken);

    public Task<IReadOnlyList<OutcomeSum>> GetSumsAsync(string endpoint, long trial, CancellationToken cancellationToken = default) => Task.FromResult<IReadOnlyList<OutcomeSum>>(
        database.Read(session => session.Query(
            "SELECT variant, metric, n, mean, squared_deviations FROM mlops_trial_sum WHERE endpoint = $0 AND trial = $1 AND variant <> $2",
            row => new OutcomeSum(row.GetString(0), row.GetString(1), row.GetInt64(2), row.GetDouble(3), row.GetDouble(4)),
            endpoint,
            trial,
            AnyVariant)));

    public Task<bool> IsFullAsync(string endpoint, long trial, CancellationToken cancellationToken = default) =>
        Task.FromResult(database.Read(session => IsFull(session, endpoint, trial)));

    public Task PruneAsync(string endpoint, long keep, long before, CancellationToken cancellationToken = default) => database.WriteAsync(
        session =>
        {
            var first = session.Scalar("SELECT id FROM mlops_request WHERE endpoint = $0 ORDER BY id DESC LIMIT 1 OFFSET $1", endpoint, keep) as long? ?? 0;
            session.Execute(
                "DELETE FROM mlops_outcome WHERE endpoint = $0 AND request_id IN (SELECT request_id FROM mlops_request WHERE endpoint = $0 AND (id <= $1 OR timestamp_ms < $2))",
                endpoint,
                first,
                before);
            session.Execute("DELETE FROM mlops_request WHERE endpoint = $0 AND (id <= $1 OR timestamp_ms < $2)", endpoint, first, before);
        },
        cancellationToken);

    public Task ForgetTrialsAsync(string endpoint, long exceptTrial, CancellationToken cancellationToken = default) => database.WriteAsync(
        session =>
        {
            session.Execute("DELETE FROM mlops_trial_unit WHERE endpoint = $0 AND trial <> $1", endpoint, exceptTrial);
            session.Execute("DELETE FROM mlops_trial_sum WHERE endpoint = $0 AND trial <> $1", endpoint, exceptTrial);
        },
        cancellationToken);

    public Task<IReadOnlyList<string>> ListEndpointsAsync(CancellationToken cancellationToken = default) => Task.FromResult<IReadOnlyList<string>>(
        database.Read(session => session.Query(string.Join(" UNION ", Tables.Select(table => $"SELECT endpoint FROM {table}")), row => row.GetString(0))));

    public Task ForgetAsync(string endpoint, CancellationToken cancellationToken = default) => database.WriteAsync(
        session =>
        {
            foreach (var table in Tables)
            {
                session.Execute($"DELETE FROM {table} WHERE endpoint = $0", endpoint);
            }
        },
        cancellationToken);

    private static void Record(SqlSession session, RecordedRequest request)
    {
        if (Insert(session, request))
        {
            return;
        }

        // The id was used before: it means this request from now on, and what came back for the other is not this one's.
        session.Execute("DELETE FROM mlops_outcome WHERE endpoint = $0 AND request_id = $1", request.Endpoint, request.RequestId);
        session.Execute("DELETE FROM mlops_request WHERE endpoint = $0 AND request_id = $1", request.Endpoint, request.RequestId);
        Insert(session, request);
    }

    private static bool Insert(SqlSession session, RecordedRequest request) => session.Execute(
        "INSERT INTO mlops_request (endpoint, request_id, unit, variant, model_version, trial, timestamp_ms, too_large, inputs, outputs) VALUES ($0, $1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (endpoint, request_id) DO NOTHING",
        request.Endpoint,
        request.RequestId,
        request.Unit ?? request.RequestId,
        request.Variant,
        request.ModelVersion,
        request.Trial,
        request.Timestamp,
        request.TooLarge ? 1 : 0,
        request.Inputs,
        request.Outputs) == 1;

    /// <summary>Whether the unit is one more of the test. A full test takes nobody in: who is in it depends on when they came, not on what came of it,
    /// so the test is as valid as one that was to have so many units from the start.</summary>
    private bool TakesIn(SqlSession session, string endpoint, long trial, string unit)
    {
        if (IsFull(session, endpoint, trial) || !IsNewUnit(session, endpoint, trial, Assigned, unit))
        {
            return false;
        }

        Add(session, endpoint, trial, Assigned, AnyVariant, 0);
        return true;
    }

    private bool IsFull(SqlSession session, string endpoint, long trial) => session.Scalar(
        "SELECT n FROM mlops_trial_sum WHERE endpoint = $0 AND trial = $1 AND metric = $2 AND variant = $3", endpoint, trial, Assigned, AnyVariant) is long units && units >= maximumUnits;

    private static bool IsTakenIn(SqlSession session, string endpoint, long trial, string unit) => session.Scalar(
        "SELECT 1 FROM mlops_trial_unit WHERE endpoint = $0 AND trial = $1 AND metric = $2 AND unit = $3", endpoint, trial, Assigned, unit) is not (null or DBNull);

    private static bool IsNewUnit(SqlSession session, string endpoint, long trial, string metric, string unit) => session.Execute(
        "INSERT INTO mlops_trial_unit (endpoint, trial, metric, unit) VALUES ($0, $1, $2, $3) ON CONFLICT (endpoint, trial, metric, unit) DO NOTHING",
        endpoint,
        trial,
        metric,
        unit) == 1;

    /// <summary>One value more, by Welford's recurrence: the right sides are those before the update, also where another process writes at the same time.</summary>
    private static void Add(SqlSession session, string endpoint, long trial, string metric, string variant, double value) => session.Execute(
        """
        INSERT INTO mlops_trial_sum (endpoint, trial, metric, variant, n, mean, squared_deviations) VALUES ($0, $1, $2, $3, 1, $4, 0)
        ON CONFLICT (endpoint, trial, metric, variant) DO UPDATE SET
            n = mlops_trial_sum.n + 1,
            mean = mlops_trial_sum.mean + (excluded.mean - mlops_trial_sum.mean) / (mlops_trial_sum.n + 1),
            squared_deviations = mlops_trial_sum.squared_deviations
                + (excluded.mean - mlops_trial_sum.mean) * (excluded.mean - mlops_trial_sum.mean) * mlops_trial_sum.n / (mlops_trial_sum.n + 1)
        """,
        endpoint,
        trial,
        metric,
        variant,
        value);

    private static List<Outcome> Outcomes(SqlSession session, string endpoint, string requestId) => session.Query(
        "SELECT request_id, metric, outcome_value, label, timestamp_ms FROM mlops_outcome WHERE endpoint = $0 AND request_id = $1 ORDER BY metric",
        Read,
        endpoint,
        requestId);

    private static Outcome Read(DbDataReader row) => new(
        row.GetString(0),
        row.GetString(1),
        row.IsDBNull(2) ? null : row.GetDouble(2),
        row.Text(3),
        row.GetInt64(4));
}
