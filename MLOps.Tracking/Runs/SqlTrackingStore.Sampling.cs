using MLOps.Contracts.Runs;
using MLOps.Tracking.Storage;

namespace MLOps.Tracking.Runs;

internal sealed partial class SqlTrackingStore
{
    /// <summary>Up to here all steps are read and sampled by position; beyond, the index is asked for the next step after each of evenly spread numbers.</summary>
    private const int StepsToRead = 20_000;

    public Task<IReadOnlyList<RunMetrics>> GetSampledHistoryAsync(SampledHistory query, CancellationToken cancellationToken = default) =>
        Task.FromResult<IReadOnlyList<RunMetrics>>(database.Read(session =>
        {
            var ends = query.RunIds.Distinct().Select(run => Ends(session, run, query.Key)).OfType<(long First, long Last)>().ToList();
            if (ends.Count == 0)
            {
                return [.. query.RunIds.Select(run => new RunMetrics(run, []))];
            }

            var first = query.StartStep ?? 0;
            var last = query.EndStep ?? ends.Max(end => end.Last);
            var chosen = new SortedSet<long>(ends.SelectMany(end => (long[])[end.First, end.Last]).Where(step => step >= first && step <= last));
            chosen.UnionWith(Steps(session, query, first, last));
            long[] steps = [.. chosen];
            return (List<RunMetrics>)[.. query.RunIds.Select(run => new RunMetrics(run, AtSteps(session, run, query.Key, steps)))];
        }));

    private static List<Metric> AtSteps(SqlSession session, string runId, string key, long[] steps) => session.Query(
        $"SELECT value, timestamp, step, is_nan FROM metrics WHERE run_uuid = $0 AND key = $1 AND {session.Dialect.IsIn("step", "$2")} ORDER BY step, timestamp",
        row => ReadMetric(row, key),
        runId,
        key,
        session.Dialect.Set(steps));

    /// <remarks>Not by MIN and MAX, for which PostgreSQL may read a curve to its end when it takes it for a short one.</remarks>
    private static (long First, long Last)? Ends(SqlSession session, string runId, string key) =>
        session.Scalar("SELECT step FROM metrics WHERE run_uuid = $0 AND key = $1 ORDER BY step LIMIT 1", runId, key) is long first
            ? (first, (long)session.Scalar("SELECT step FROM metrics WHERE run_uuid = $0 AND key = $1 ORDER BY step DESC LIMIT 1", runId, key)!)
            : null;

    /// <summary>Steps that any of the runs has between first and last, at most MaxSteps + 1 of them.</summary>
    private static IEnumerable<long> Steps(SqlSession session, SampledHistory query, long first, long last)
    {
        var all = new SortedSet<long>();
        foreach (var run in query.RunIds.Distinct())
        {
            if (IsLong(session, run, query.Key, first, last))
            {
                return Spread(session, query, first, last);
            }

            all.UnionWith(session.Query(
                "SELECT DISTINCT step FROM metrics WHERE run_uuid = $0 AND key = $1 AND step BETWEEN $2 AND $3 ORDER BY step",
                row => row.GetInt64(0),
                run,
                query.Key,
                first,
                last));
            if (all.Count > StepsToRead)
            {
                return Spread(session, query, first, last);
            }
        }

        long[] steps = [.. all];
        return steps.Length <= query.MaxSteps
            ? steps
            : Enumerable.Range(0, query.MaxSteps).Select(i => steps[(int)(i * (double)steps.Length / query.MaxSteps)]).Append(steps[^1]);
    }

    /// <summary>Counted in the database: that a curve is too long to read is not found out by reading that much of it.</summary>
    private static bool IsLong(SqlSession session, string runId, string key, long first, long last) =>
        (double)last - first >= StepsToRead
        && session.Scalar(
            "SELECT COUNT(*) FROM (SELECT DISTINCT step FROM metrics WHERE run_uuid = $0 AND key = $1 AND step BETWEEN $2 AND $3 ORDER BY step LIMIT $4) AS steps",
            runId,
            key,
            first,
            last,
            StepsToRead + 1L) is > (long)StepsToRead;

    /// <summary>A curve of millions of points: one look into the index for each point of an even grid, whatever the length.</summary>
    private static IEnumerable<long> Spread(SqlSession session, SampledHistory query, long first, long last)
    {
        var width = ((double)last - first) / query.MaxSteps;
        var grid = session.Dialect.Set([.. Enumerable.Range(0, query.MaxSteps).Select(i => first + (long)(i * width))]);
        return query.RunIds.Distinct().SelectMany(run => session.Query(
            $"""
            SELECT (SELECT m.step FROM metrics m WHERE m.run_uuid = $0 AND m.key = $1 AND m.step >= g.value AND m.step <= $3 ORDER BY m.step LIMIT 1)
            FROM {session.Dialect.Rows("$2")} AS g
            """,
            row => row.IsDBNull(0) ? null : (long?)row.GetInt64(0),
            run,
            query.Key,
            grid,
            last).OfType<long>());
    }
}
