using System.Globalization;
using System.Data.Common;
using System.Runtime.ExceptionServices;
using MLOps.Contracts.Experiments;
using MLOps.Contracts.Problems;
using MLOps.Contracts.Runs;
using MLOps.Tracking.Search;
using MLOps.Tracking.Storage;

namespace MLOps.Tracking.Runs;

internal sealed partial class SqlTrackingStore
{
    /// <summary>Runs that take long enough to be read to wake another thread for.</summary>
    private const int WorthAnotherSession = 100;

    private const string SelectRuns =
        "SELECT r.run_uuid, r.experiment_id, r.name, r.user_id, r.status, r.start_time, r.end_time, r.artifact_uri, r.lifecycle_stage FROM runs r";

    public async Task<Run> CreateRunAsync(string runId, CreateRun command, CancellationToken cancellationToken = default)
    {
        var creation = new RunCreation(runId, ExperimentKey(command.ExperimentId), command);
        await database.WriteAsync(RunCreationWriter.Instance, creation, cancellationToken);
        return creation.Made!;
    }

    public Task<Run> GetRunAsync(string runId, CancellationToken cancellationToken = default)
    {
        if (!_runs.TryGet(runId, out var run))
        {
            var mark = _runs.Mark(runId);
            run = database.Read(session => RunData.Read(session, [RunById(session, runId)])[0]);
            _runs.Keep(runId, run, mark);
        }

        return Task.FromResult(run);
    }

    public Task<RunInfo> UpdateRunAsync(string runId, UpdateRun command, CancellationToken cancellationToken = default) => WriteRunAsync(
        runId,
        session =>
        {
            var info = RequireActiveRun(session, runId);
            info = info with
            {
                Status = command.Status ?? info.Status,
                EndTime = command.EndTime ?? info.EndTime,
                RunName = string.IsNullOrEmpty(command.RunName) ? info.RunName : command.RunName,
            };
            session.Execute(
                "UPDATE runs SET status = $0, end_time = $1, name = $2 WHERE run_uuid = $3",
                info.Status.Stored(),
                info.EndTime,
                info.RunName,
                runId);
            if (!string.IsNullOrEmpty(command.RunName))
            {
                TagWriter.Write(session, runId, new KeyValue(TagWriter.RunName, command.RunName));
            }

            return info;
        },
        cancellationToken);

    public Task DeleteRunAsync(string runId, CancellationToken cancellationToken = default) =>
        MoveRunAsync(runId, LifecycleStage.Deleted, cancellationToken);

    public Task RestoreRunAsync(string runId, CancellationToken cancellationToken = default) =>
        MoveRunAsync(runId, LifecycleStage.Active, cancellationToken);

    public Task DeleteTagAsync(string runId, string key, CancellationToken cancellationToken = default) => WriteRunAsync(
        runId,
        session =>
        {
            RequireActiveRun(session, runId);
            if (session.Execute("DELETE FROM tags WHERE run_uuid = $0 AND key = $1", runId, key) == 0)
            {
                throw new MLOpsException(ProblemCode.NotFound, $"No tag with name: {key} in run with id {runId}");
            }
        },
        cancellationToken);

    public Task<Page<Run>> SearchRunsAsync(SearchRuns query, CancellationToken cancellationToken = default)
    {
        var offset = PageToken.Offset(query.PageToken);
        var search = RunSearch.Parse(query);
        var plain = RunSearch.Translate(search, offset, database.Dialect); // What is wrong with it is said even where there is nothing to search.
        if (query.ExperimentIds.Count == 0)
        {
            return Task.FromResult(new Page<Run>([], null));
        }

        return Task.FromResult(database.Read(session =>
        {
            var mark = _runs.MarkAll();
            var page = PageToken.Page(_searcher.Find(session, search, plain, offset, ReadRun), offset, query.MaxResults);
            return new Page<Run>(WithData(session, page.Items, mark), page.NextPageToken);
        }));
    }

    /// <summary>Only the runs that are not known as they are now are read.</summary>
    /// <param name="session">Where from.</param>
    /// <param name="infos">The runs.</param>
    /// <param name="mark">Taken before their attributes were read: when it has moved since, what is read is not kept.</param>
    private Run[] WithData(SqlSession session, IReadOnlyList<RunInfo> infos, (long Writes, long Epoch) mark)
    {
        var runs = new Run[infos.Count];
        var missing = new List<RunInfo>();
        var places = new List<int>();
        var marks = new List<(long Writes, long Epoch)>();
        for (var i = 0; i < infos.Count; i++)
        {
            if (_runs.TryGet(infos[i].RunId, out var known))
            {
                runs[i] = known;
            }
            else
            {
                missing.Add(infos[i]);
                places.Add(i);
                marks.Add(_runs.Mark(infos[i].RunId));
            }
        }

        var read = missing.Count >= 2 * WorthAnotherSession ? ReadByTwo(session, missing) : RunData.Read(session, missing);
        for (var i = 0; i < read.Count; i++)
        {
            runs[places[i]] = read[i];
            if (_runs.MarkAll() == mark)
            {
                _runs.Keep(read[i].Info.RunId, read[i], marks[i]);
            }
        }

        return runs;
    }

    /// <summary>A thousand runs have a hundred thousand rows: a second session reads half of them, where one is to be had.</summary>
    private List<Run> ReadByTwo(SqlSession session, List<RunInfo> infos)
    {
        var half = infos.Count / 2;
        var (first, second) = (infos[..half], infos[half..]);
        List<Run>? others = null;
        List<Run> read = [];
        try
        {
            Parallel.Invoke(
                () => read = RunData.Read(session, first),
                () => others = ReadBeside(second));
        }
        catch (AggregateException exception)
        {
            ExceptionDispatchInfo.Throw(exception.InnerExceptions[0]);
        }

        read.AddRange(others ?? RunData.Read(session, second));
        return read;
    }

    /// <returns>Null: there is no other session.</returns>
    private List<Run>? ReadBeside(List<RunInfo> infos)
    {
        try
        {
            return database.TryRead(another => RunData.Read(another, infos), out var read) ? read : null;
        }
        catch (MLOpsException exception) when (exception.Code == ProblemCode.Unavailable)
        {
            // PostgreSQL may take no more connections. Whether the database is out of reach altogether is for the session to say that the search has.
            return null;
        }
    }

    private Task<bool> MoveRunAsync(string runId, LifecycleStage to, CancellationToken cancellationToken) => WriteRunAsync(
        runId,
        session =>
        {
            RunById(session, runId);
            session.Execute(
                "UPDATE runs SET lifecycle_stage = $0, deleted_time = $1 WHERE run_uuid = $2",
                to.Stored(),
                to == LifecycleStage.Deleted ? Now() : null,
                runId);
        },
        cancellationToken);

    private static RunInfo RunById(SqlSession session, string runId) =>
        session.First(SelectRuns + " WHERE r.run_uuid = $0", ReadRun, runId) ?? throw RunRows.NoRun(runId);

    private static RunInfo RequireActiveRun(SqlSession session, string runId)
    {
        var info = RunById(session, runId);
        return info.LifecycleStage == LifecycleStage.Active
            ? info
            : throw RunRows.Deleted(runId);
    }

    private static RunInfo ReadRun(DbDataReader row) => new(
        row.GetString(0),
        row.GetInt64(1).ToString(CultureInfo.InvariantCulture),
        row.Text(2) ?? string.Empty,
        row.Text(3) ?? string.Empty,
        Rows.Status(row.Text(4)),
        row.Long(5),
        row.Long(6),
        row.Text(7) ?? string.Empty,
        Rows.Lifecycle(row.Text(8)));

}
