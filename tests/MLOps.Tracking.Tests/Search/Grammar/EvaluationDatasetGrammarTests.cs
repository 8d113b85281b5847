using MLOps.Contracts.Experiments;
using MLOps.Tracking.EvaluationDatasets;
using MLOps.Tracking.Tests.Storage;

namespace MLOps.Tracking.Tests.Search.Grammar;

public class EvaluationDatasetGrammarTests : SearchGrammarTests
{
    private const int Datasets = 30;
    private static readonly string[] Attribute = ["", "attribute"];
    private static readonly Field Name = Field.Text("name", Attribute);
    private static readonly Field[] Times = [Field.Number("created_time", Attribute), Field.Number("last_update_time", Attribute)];

    private protected override SearchGrammar Grammar { get; } = new(
        [Name, .. Times, Field.Text("created_by", Attribute), Field.Text("last_updated_by", Attribute), .. Field.Each(Texts.Keys, "tags", (name, key) => Field.Text(name, ["tags", "tag"], key))],
        [Name, .. Times],
        [new("created_time", false)],
        [new("dataset_id", false)]);

    private protected override async Task<List<Row>> FillAsync(OpenStore store, Dice dice)
    {
        var other = await store.Tracking.CreateExperimentAsync(new CreateExperiment("other", null, []), Cancelled);
        var rows = new List<Row>();
        for (var i = 0; i < Datasets; i++)
        {
            var (name, experiments) = ($"{dice.Of(Texts.Any)}{i}", dice.Some(["0", other]));
            var tags = dice.Some(Texts.Keys).ConvertAll(key => new KeyValue(key, dice.Of(Texts.OrEmpty)));
            var dataset = await store.EvaluationDatasets.CreateDatasetAsync(new CreateEvaluationDataset(name, tags, experiments), Cancelled);
            var row = new Row(dataset.DatasetId).With("dataset_id", dataset.DatasetId).With("name", name);
            tags.ForEach(tag => row.With("tags." + tag.Key, tag.Value));
            experiments.ForEach(experiment => row.With("experiment", experiment));
            rows.Add(await SignedAsync(store, row, dice));
        }

        return rows;
    }

    private protected override SearchScope RandomScope(OpenStore store, Dice dice)
    {
        var experiments = dice.Of<string[]>([["0"], ["1"], ["0", "1"], []]);
        return new SearchScope(
            $"evaluation datasets of [{string.Join(", ", experiments)}]",
            row => experiments.Length == 0 || row["experiment"].Any(experiments.Contains) ? row : null,
            async asked =>
            {
                var page = await store.EvaluationDatasets.SearchDatasetsAsync(new SearchEvaluationDatasets(experiments, asked.Filter, asked.OrderBy, asked.Size, asked.Token), Cancelled);
                return new Page<string>([.. page.Items.Select(dataset => dataset.DatasetId)], page.NextPageToken);
            });
    }

    private static async Task<Row> SignedAsync(OpenStore store, Row row, Dice dice)
    {
        var (created, updated, by, last) = (1500L + dice.Next(4), 1600L + dice.Next(4), dice.Perhaps(Texts.Any), dice.Perhaps(Texts.Any));
        await store.Database.WriteAsync(
            session => session.Execute(
                "UPDATE evaluation_datasets SET created_time = $0, last_update_time = $1, created_by = $2, last_updated_by = $3 WHERE dataset_id = $4", created, updated, by, last, row.Id),
            Cancelled);
        return row.With("created_time", created).With("last_update_time", updated).With("created_by", by).With("last_updated_by", last);
    }
}
