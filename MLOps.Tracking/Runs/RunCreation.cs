using MLOps.Contracts.Experiments;
using MLOps.Contracts.Problems;
using MLOps.Contracts.Runs;
using MLOps.Tracking.Storage;

namespace MLOps.Tracking.Runs;

/// <summary>A run to be made, and the run once it is.</summary>
internal sealed class RunCreation(string runId, long experimentId, CreateRun command)
{
    public string RunId => runId;

    public long ExperimentId => experimentId;

    public CreateRun Command => command;

    public Run? Made { get; set; }
}

/// <summary>New runs with their first tags.</summary>
internal sealed class RunCreationWriter : SetWriter<RunCreation>
{
    private const string Columns =
        "INSERT INTO runs (run_uuid, name, source_type, source_name, entry_point_name, user_id, status, start_time, source_version, lifecycle_stage, artifact_uri, experiment_id)";

    private static readonly RowsStatement Insert = new(Columns, 12, string.Empty);

    private const string InsertMany = Columns +
        " SELECT u.id, u.name, 'UNKNOWN', '', '', u.user_id, 'RUNNING', u.start, '', 'active', u.uri, u.experiment FROM unnest($0::text[], $1::text[], $2::text[], $3::bigint[], $4::text[], $5::bigint[]) u (id, name, user_id, start, uri, experiment)";

    public static readonly RunCreationWriter Instance = new();

    private const string RequireExperiments =
        "SELECT 1 / (count(*) = $2)::int FROM unnest($0::bigint[], $1::text[]) u (id, location) JOIN experiments e ON e.experiment_id = u.id WHERE e.lifecycle_stage = 'active' AND coalesce(e.artifact_location, '') = u.location";

    protected override void WriteSet(SqlSession session, ReadOnlySpan<SetItem<RunCreation>> items)
    {
        var made = Make(session, items, out _);
        if (made.Count == 0)
        {
            return;
        }

        if (session.Dialect.HasArrays)
        {
            session.Execute(InsertMany, Arrays(made));
        }
        else
        {
            session.ExecuteRows(Insert, made, Bind);
        }

        TagWriter.WriteMany(session, Tags(made));
    }

    protected override void AddSet(SqlSession session, SqlBatch batch, ReadOnlySpan<SetItem<RunCreation>> items)
    {
        var made = Make(session, items, out var experiments);
        if (made.Count > 0)
        {
            // They were read before the transaction: still as they were?
            batch.Add(RequireExperiments, experiments.Keys.ToArray(), experiments.Values.ToArray(), (long)experiments.Count);
            batch.Add(InsertMany, Arrays(made));
            TagWriter.AddMany(batch, Tags(made));
        }
    }

    /// <summary>The runs to be written; what must not be is rejected.</summary>
    /// <param name="used">The experiments that the runs go into, with their locations.</param>
    private static List<RunCreation> Make(SqlSession session, ReadOnlySpan<SetItem<RunCreation>> items, out Dictionary<long, string> used)
    {
        var experiments = new Dictionary<long, (LifecycleStage Stage, string Location)?>();
        var made = new List<RunCreation>(items.Length);
        used = [];
        foreach (var item in items)
        {
            var creation = item.Item;
            if (!experiments.TryGetValue(creation.ExperimentId, out var experiment))
            {
                experiments[creation.ExperimentId] = experiment = Experiment(session, creation.ExperimentId);
            }

            if (experiment is not { Stage: LifecycleStage.Active } active)
            {
                item.Reject(experiment is null ? NoExperiment(creation) : Deleted(creation));
                continue;
            }

            try
            {
                creation.Made = Run(creation, active.Location);
            }
            catch (MLOpsException exception)
            {
                item.Reject(exception);
                continue;
            }

            used[creation.ExperimentId] = active.Location;
            made.Add(creation);
        }

        return made;
    }

    private static List<(string RunId, KeyValue Tag)> Tags(List<RunCreation> made) =>
        [.. made.SelectMany(creation => creation.Made!.Tags.Select(tag => (creation.RunId, tag)))];

    private static object[] Arrays(List<RunCreation> made) =>
    [
        made.ConvertAll(creation => creation.RunId).ToArray(),
        made.ConvertAll(creation => creation.Made!.Info.RunName).ToArray(),
        made.ConvertAll(creation => creation.Made!.Info.UserId).ToArray(),
        made.ConvertAll(creation => creation.Made!.Info.StartTime ?? 0).ToArray(),
        made.ConvertAll(creation => creation.Made!.Info.ArtifactUri).ToArray(),
        made.ConvertAll(creation => creation.ExperimentId).ToArray(),
    ];

    private static void Bind(SqliteRow statement, RunCreation row)
    {
        var run = row.Made!.Info;
        statement.Text(0, run.RunId);
        statement.Text(1, run.RunName);
        statement.Text(2, "UNKNOWN");
        statement.Text(3, string.Empty);
        statement.Text(4, string.Empty);
        statement.Text(5, run.UserId);
        statement.Text(6, "RUNNING");
        statement.Long(7, run.StartTime ?? 0);
        statement.Text(8, string.Empty);
        statement.Text(9, "active");
        statement.Text(10, run.ArtifactUri);
        statement.Long(11, row.ExperimentId);
    }

    private static Run Run(RunCreation creation, string location)
    {
        var command = creation.Command;
        var tagged = command.Tags.Where(tag => tag.Key == TagWriter.RunName).Select(tag => tag.Value).FirstOrDefault();
        var name = Name(command.RunName, tagged);
        var info = new RunInfo(
            creation.RunId,
            command.ExperimentId,
            name,
            command.UserId ?? string.Empty,
            RunStatus.Running,
            command.StartTime ?? 0,
            null,
            ArtifactUri.Append(location, $"{creation.RunId}/artifacts"),
            LifecycleStage.Active);

        // A key given twice has its last value, in the place of its first.
        var tags = new List<KeyValue>(command.Tags.Count + 1);
        foreach (var tag in command.Tags.Where(tag => tag.Key != TagWriter.RunName).Append(new KeyValue(TagWriter.RunName, name)))
        {
            var cut = tag with { Value = TagWriter.Cut(tag.Value) };
            var place = tags.FindIndex(other => other.Key == tag.Key);
            if (place < 0)
            {
                tags.Add(cut);
            }
            else
            {
                tags[place] = cut;
            }
        }

        return new Run(info, [], [], tags, []);
    }

    private static string Name(string? given, string? tagged)
    {
        if (!string.IsNullOrEmpty(given) && !string.IsNullOrEmpty(tagged) && given != tagged)
        {
            throw new MLOpsException(
                ProblemCode.InvalidArgument,
                $"Both 'run_name' argument and 'mlflow.runName' tag are specified, but with different values (run_name='{given}', mlflow.runName='{tagged}').");
        }

        return !string.IsNullOrEmpty(given) ? given : !string.IsNullOrEmpty(tagged) ? tagged : RandomRunName.Next();
    }

    private static (LifecycleStage, string)? Experiment(SqlSession session, long id) =>
        session.First("SELECT lifecycle_stage, artifact_location FROM experiments WHERE experiment_id = $0", row => Tuple.Create(Rows.Lifecycle(row.Text(0)), row.Text(1) ?? string.Empty), id) is { } found
            ? (found.Item1, found.Item2)
            : null;

    private static MLOpsException NoExperiment(RunCreation creation) => new(ProblemCode.NotFound, $"No Experiment with id={creation.Command.ExperimentId} exists");

    private static MLOpsException Deleted(RunCreation creation) =>
        new(ProblemCode.InvalidArgument, $"The experiment {creation.Command.ExperimentId} must be in the 'active' state. Current state is deleted.");
}
