using MLOps.Contracts.Experiments;
using MLOps.Contracts.Runs;
using MLOps.Tracking.Runs;
using MLOps.Tracking.Search;
using MLOps.Tracking.Tests.Storage;

namespace MLOps.Tracking.Tests.Search.Grammar;

public class RunGrammarTests : SearchGrammarTests
{
    private const int Runs = 40;
    private const string Name = "run_name";
    private static readonly string[] Attribute = ["", "attributes", "attribute", "attr", "run"];
    private static readonly double[] Values = [-1, 0, 0.5, 2, 1500, 9007199254740992, double.NaN, double.PositiveInfinity, double.NegativeInfinity];
    private static readonly string[] NameKeys = [Name, "run name", "Run name", "Run Name"];

    // From each end where a search may begin: see RunSearchPathTests.
    private static readonly RunSearchLimits[] Ends = [RunSearchLimits.Default, new(0, int.MaxValue - 1, 0), new(0, -1, 0)];

    private static readonly Field[] Ordered =
    [
        Field.Text("run_id", Attribute).WithLists(),
        Field.Text(Name, Attribute, NameKeys),
        Field.Text("user_id", Attribute),
        Field.Text("status", Attribute),
        Field.Text("artifact_uri", Attribute),
        Field.Number("start_time", Attribute, "start_time", "created", "Created"),
        Field.Number("end_time", Attribute),
        .. Field.Each(Texts.Keys, "metrics", (name, key) => Field.Number(name, ["metrics", "metric"], key)),
        .. Field.Each(Texts.Keys, "params", (name, key) => Field.Text(name, ["params", "param", "parameters", "parameter"], key).WithNulls()),
        .. Field.Each([.. Texts.Keys, "mlflow.runName"], "tags", (name, key) => Field.Text(name, ["tags", "tag"], key).WithNulls()),
    ];

    private protected override SearchGrammar Grammar { get; } = new(
        [.. Ordered, .. Field.Each(["name", "digest", "context"], "dataset", (name, key) => Field.Text(name, ["dataset", "datasets"], key).WithLists())],
        Ordered,
        [],
        [new("start_time", false), new("run_id", true)]);

    private protected override async Task<List<Row>> FillAsync(OpenStore store, Dice dice)
    {
        var other = await store.Tracking.CreateExperimentAsync(new CreateExperiment("other", null, []), Cancelled);
        var rows = new List<Row>();
        for (var i = 0; i < Runs; i++)
        {
            var row = await RunAsync(store.Tracking, dice.Id(), dice.Of(["0", "0", other]), dice);
            await LogAsync(store.Tracking, row, dice);
            if (dice.Once(8))
            {
                await store.Tracking.DeleteRunAsync(row.Id, Cancelled);
                row.With("deleted", string.Empty);
            }

            rows.Add(row);
        }

        return rows;
    }

    private protected override SearchScope RandomScope(OpenStore store, Dice dice)
    {
        var experiments = dice.Of<string[]>([["0"], ["0"], ["1"], ["0", "1"], ["0", "1"], []]);
        var view = dice.Of([ViewType.ActiveOnly, ViewType.DeletedOnly, ViewType.All]);
        var tracking = new SqlTrackingStore(store.Database, "mlflow-artifacts:", TimeProvider.System, dice.Of(Ends));
        return new SearchScope(
            $"runs of [{string.Join(", ", experiments)}], {view}",
            row => experiments.Contains(row["experiment"][0]) && (view == ViewType.All || row["deleted"].Count > 0 == (view == ViewType.DeletedOnly)) ? row : null,
            async asked =>
            {
                var page = await tracking.SearchRunsAsync(new SearchRuns(experiments, asked.Filter, asked.OrderBy, view, asked.Size, asked.Token), Cancelled);
                return new Page<string>([.. page.Items.Select(run => run.Info.RunId)], page.NextPageToken);
            });
    }

    private static async Task<Row> RunAsync(ITrackingStore store, string id, string experiment, Dice dice)
    {
        var (name, user, start) = (dice.Of(Texts.Any), dice.Of(Texts.OrEmpty), 1000 + (500L * dice.Next(3)));
        var run = await store.CreateRunAsync(id, new CreateRun(experiment, name, user, start, []), Cancelled);
        var row = new Row(id).With("experiment", experiment).With("run_id", id).With(Name, name).With("tags.mlflow.runName", name)
            .With("user_id", user).With("start_time", start).With("artifact_uri", run.Info.ArtifactUri);
        var status = dice.Of([RunStatus.Running, RunStatus.Finished, RunStatus.Failed]);
        long? end = status == RunStatus.Running ? null : start + dice.Next(3);
        await store.UpdateRunAsync(id, new UpdateRun(status, end, null), Cancelled);
        return row.With("status", status.ToString().ToUpperInvariant()).With("end_time", end);
    }

    private static async Task LogAsync(ITrackingStore store, Row row, Dice dice)
    {
        var metrics = dice.Some(Texts.Keys).ConvertAll(key => new Metric(key, dice.Of(Values), 1, 0));
        var parameters = dice.Some(Texts.Keys).ConvertAll(key => new KeyValue(key, dice.Of(Texts.OrEmpty)));
        var tags = dice.Some(Texts.Keys).ConvertAll(key => new KeyValue(key, dice.Of(Texts.OrEmpty)));
        await store.LogBatchAsync(row.Id, new LogBatch(metrics, parameters, tags), Cancelled);
        metrics.ForEach(metric => row.With("metrics." + metric.Key, metric.Value));
        parameters.ForEach(pair => row.With("params." + pair.Key, pair.Value));
        tags.ForEach(pair => row.With("tags." + pair.Key, pair.Value));

        foreach (var name in dice.Some(["sp500", "É-data", "it's"]))
        {
            var (digest, context) = (dice.Of(["d1", "D_2", "50%"]), dice.Perhaps(["train", "Test", "a, b"]));
            var input = new DatasetInput(name, digest, "local", "x", null, null, context is null ? [] : [new KeyValue("mlflow.data.context", context)]);
            await store.LogInputsAsync(row.Id, [input], [], Cancelled);
            row.With("dataset.name", name).With("dataset.digest", digest).With("dataset.context", context);
        }
    }
}
