using System.Globalization;
using MLOps.Contracts.Experiments;
using MLOps.Contracts.Runs;
using MLOps.Tracking.Tests.Storage;

namespace MLOps.Tracking.Tests.Search.Grammar;

public class LoggedModelGrammarTests : SearchGrammarTests
{
    private const int Models = 40;
    private static readonly string[] Attribute = ["", "attributes"];
    private static readonly string[] Metrics = ["auc", "c d"];
    private static readonly double[] Values = [-1, 0, 0.5, 2, 9007199254740992, double.PositiveInfinity, double.NaN];
    private static readonly DatasetKey[] Datasets = [new("sp500", "d1"), new("sp500", "d2"), new("É-data", "d1")];
    private static readonly DatasetKey[] Asked = [.. Datasets, new("sp500", null), new("none", null)];

    private static readonly Field[] Attributes =
    [
        Field.Text("name", Attribute).WithLists(),
        Field.Text("model_id", Attribute).WithLists(),
        Field.Text("model_type", Attribute).WithLists(),
        Field.Text("source_run_id", Attribute).WithLists(),
        Field.Number("creation_timestamp", Attribute, "creation_timestamp", "creation_timestamp_ms", "creation_time"),
        Field.Number("last_updated_timestamp", Attribute, "last_updated_timestamp", "last_updated_timestamp_ms"),
    ];

    private protected override SearchGrammar Grammar { get; } = new(
        [
            .. Attributes,
            new("status", Attribute, ["status"], false, ["=", "!="]) { Operands = ["PENDING", "READY", "FAILED"] },
            .. Field.Each(Metrics, "metrics", (name, key) => Field.Number(name, ["metrics"], key)),
            .. Field.Each(Texts.Keys, "params", (name, key) => Field.Text(name, ["params"], key).WithLists()),
            .. Field.Each(Texts.Keys, "tags", (name, key) => Field.Text(name, ["tags"], key).WithLists()),
        ],
        [
            .. Attributes,
            .. Field.Each(Metrics, "latest", (name, key) => Field.Number(name, ["metrics"], key)),
            .. Asked.SelectMany(dataset => Metrics.Select(key => Field.Number(Latest(key, dataset), ["metrics"], key))),
        ],
        [],
        [new("creation_timestamp", false), new("model_id", true)]);

    private protected override async Task<List<Row>> FillAsync(OpenStore store, Dice dice)
    {
        var other = await store.Tracking.CreateExperimentAsync(new CreateExperiment("other", null, []), Cancelled);
        var runs = new Dictionary<string, string> { ["0"] = await store.Tracking.RunAsync(), [other] = await store.Tracking.RunAsync(other) };
        var rows = new List<Row>();
        for (var i = 0; i < Models; i++)
        {
            var experiment = dice.Of(["0", "0", other]);
            var row = await ModelAsync(store, experiment, dice.Perhaps([runs[experiment]]), dice);
            await MeasureAsync(store, row, runs[experiment], dice);
            if (dice.Once(8))
            {
                await store.LoggedModels.DeleteLoggedModelAsync(row.Id, Cancelled);
                continue;
            }

            rows.Add(await TimedAsync(store, row, dice));
        }

        return rows;
    }

    private protected override SearchScope RandomScope(OpenStore store, Dice dice)
    {
        var experiments = dice.Of<string[]>([["0"], ["0"], ["1"], ["0", "1"], ["0", "1"], []]);
        var datasets = dice.Once(3) ? dice.Some(Asked) : [];
        return new SearchScope(
            $"logged models of [{string.Join(", ", experiments)}] on [{string.Join(", ", datasets)}]",
            row => experiments.Contains(row["experiment"][0]) ? See(row, datasets) : null,
            async asked =>
            {
                var order = asked.Order.Select(entry => new LoggedModelOrder(entry.Spelled, entry.IsAscending, DatasetOf(entry.Field))).ToList();
                var page = await store.LoggedModels.SearchLoggedModelsAsync(new SearchLoggedModels(experiments, asked.Filter, datasets, order, asked.Size, asked.Token), Cancelled);
                return new Page<string>([.. page.Items.Select(model => model.ModelId)], page.NextPageToken);
            });
    }

    /// <summary>Where datasets are named only metrics on them count, and models without any are not found.</summary>
    private Row? See(Row row, List<DatasetKey> datasets)
    {
        var seen = new Row(row.Id);
        foreach (var field in Grammar.Filters.Concat(Grammar.Orders).Select(field => field.Name).Distinct())
        {
            foreach (var value in field.StartsWith("metrics.", StringComparison.Ordinal) ? [] : row[field])
            {
                seen.With(field, value);
            }
        }

        var measured = row.Parts.FindAll(part => datasets.Count == 0 || datasets.Exists(dataset => IsOn(part, dataset)));
        measured.ForEach(part => Metrics.ToList().ForEach(key => part["metrics." + key].ToList().ForEach(value => seen.With("metrics." + key, value))));
        return datasets.Count == 0 || measured.Count > 0 ? seen : null;
    }

    private static async Task<Row> ModelAsync(OpenStore store, string experiment, string? run, Dice dice)
    {
        var (name, type) = (dice.Of(Texts.Any), dice.Perhaps(["onnx", "ONNX", "a, b"]));
        var parameters = dice.Some(Texts.Keys).ConvertAll(key => new KeyValue(key, dice.Of(Texts.OrEmpty)));
        var tags = dice.Some(Texts.Keys).ConvertAll(key => new KeyValue(key, dice.Of(Texts.OrEmpty)));
        var model = await store.LoggedModels.CreateLoggedModelAsync(new CreateLoggedModel(experiment, name, type, run, parameters, tags), Cancelled);
        var status = dice.Of([LoggedModelStatus.Pending, LoggedModelStatus.Ready, LoggedModelStatus.UploadFailed]);
        await store.LoggedModels.FinalizeLoggedModelAsync(model.ModelId, status, Cancelled);
        var row = new Row(model.ModelId).With("experiment", experiment).With("model_id", model.ModelId).With("name", name).With("model_type", type).With("source_run_id", run)
            .With("status", status == LoggedModelStatus.UploadFailed ? "FAILED" : status.ToString().ToUpperInvariant());
        parameters.ForEach(pair => row.With("params." + pair.Key, pair.Value));
        tags.ForEach(pair => row.With("tags." + pair.Key, pair.Value));
        return row;
    }

    /// <summary>Metrics with a dataset and without; of a key the one of the greatest time is the latest. A NaN is not found by any number, and sorts as missing.</summary>
    private static async Task MeasureAsync(OpenStore store, Row row, string run, Dice dice)
    {
        var metrics = new List<ModelMetric>();
        for (var time = dice.Next(5); time > 0; time--)
        {
            DatasetKey? dataset = dice.Once(3) ? null : dice.Of(Datasets);
            metrics.Add(new ModelMetric(row.Id, dice.Of(Metrics), dice.Of(Values), time, 0, dataset?.Name, dataset?.Digest));
        }

        await store.Tracking.LogBatchAsync(run, new LogBatch([], [], []) { ModelMetrics = metrics }, Cancelled);
        foreach (var metric in metrics)
        {
            row.Parts.Add(new Row(metric.DatasetName ?? string.Empty).With("digest", metric.DatasetDigest).With("metrics." + metric.Key, Found(metric)));
        }

        foreach (var key in Metrics)
        {
            row.With("latest." + key, Latest(metrics.Where(metric => metric.Key == key)));
            foreach (var dataset in Asked)
            {
                row.With(Latest(key, dataset), Latest(metrics.Where(metric => metric.Key == key && metric.DatasetName == dataset.Name && (dataset.Digest ?? metric.DatasetDigest) == metric.DatasetDigest)));
            }
        }
    }

    private static async Task<Row> TimedAsync(OpenStore store, Row row, Dice dice)
    {
        var (created, updated) = (1500L + dice.Next(4), 1600L + dice.Next(4));
        await store.Database.WriteAsync(
            session => session.Execute("UPDATE logged_models SET creation_timestamp_ms = $0, last_updated_timestamp_ms = $1 WHERE model_id = $2", created, updated, row.Id),
            Cancelled);
        return row.With("creation_timestamp", created).With("last_updated_timestamp", updated);
    }

    private static bool IsOn(Row metric, DatasetKey dataset) => metric.Id == dataset.Name && (dataset.Digest is null || metric["digest"].Contains(dataset.Digest));

    private static string Latest(string key, DatasetKey dataset) => string.Create(CultureInfo.InvariantCulture, $"latest.{key} on {dataset.Name} {dataset.Digest}");

    private static double? Latest(IEnumerable<ModelMetric> metrics) => metrics.MaxBy(metric => metric.Timestamp) is { } latest ? Found(latest) : null;

    private static double? Found(ModelMetric metric) => double.IsNaN(metric.Value) ? null : metric.Value;

    private static DatasetKey? DatasetOf(string order) => Asked.Cast<DatasetKey?>().FirstOrDefault(dataset => Metrics.Any(key => Latest(key, dataset!.Value) == order));
}
