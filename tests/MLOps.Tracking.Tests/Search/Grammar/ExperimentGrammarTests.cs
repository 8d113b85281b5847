using System.Globalization;
using MLOps.Contracts.Experiments;
using MLOps.Contracts.Runs;
using MLOps.Tracking.Tests.Storage;

namespace MLOps.Tracking.Tests.Search.Grammar;

public class ExperimentGrammarTests : SearchGrammarTests
{
    private const int Experiments = 30;
    private static readonly string[] Attribute = ["", "attribute"];
    private static readonly Field Name = Field.Text("name", Attribute);
    private static readonly Field[] Times = [Field.Number("creation_time", Attribute), Field.Number("last_update_time", Attribute)];

    private protected override SearchGrammar Grammar { get; } = new(
        [Name, .. Times, .. Field.Each(Texts.Keys, "tags", (name, key) => Field.Text(name, ["tags", "tag"], key).WithNulls())],
        [Name, .. Times, Field.Number("experiment_id", Attribute)],
        [new("creation_time", false), new("experiment_id", true)],
        [new("experiment_id", false)]);

    private protected override async Task<List<Row>> FillAsync(OpenStore store, Dice dice)
    {
        var rows = new List<Row> { await TimedAsync(store, new Row("0").With("name", "Default"), dice) };
        for (var i = 1; i < Experiments; i++)
        {
            var name = $"{dice.Of(Texts.Any)}{i}";
            var tags = dice.Some(Texts.Keys).ConvertAll(key => new KeyValue(key, dice.Of(Texts.OrEmpty)));
            var row = new Row(await store.Tracking.CreateExperimentAsync(new CreateExperiment(name, null, tags), Cancelled)).With("name", name);
            tags.ForEach(tag => row.With("tags." + tag.Key, tag.Value));
            if (dice.Once(6))
            {
                await store.Tracking.DeleteExperimentAsync(row.Id, Cancelled);
                row.With("deleted", string.Empty);
            }

            rows.Add(await TimedAsync(store, row, dice));
        }

        return rows;
    }

    private protected override SearchScope RandomScope(OpenStore store, Dice dice)
    {
        var view = dice.Of([ViewType.ActiveOnly, ViewType.DeletedOnly, ViewType.All]);
        return new SearchScope(
            $"experiments, {view}",
            row => view == ViewType.All || row["deleted"].Count > 0 == (view == ViewType.DeletedOnly) ? row : null,
            async asked =>
            {
                var page = await store.Tracking.SearchExperimentsAsync(new SearchExperiments(asked.Filter, asked.OrderBy, view, asked.Size, asked.Token), Cancelled);
                return new Page<string>([.. page.Items.Select(experiment => experiment.ExperimentId)], page.NextPageToken);
            });
    }

    private static async Task<Row> TimedAsync(OpenStore store, Row row, Dice dice)
    {
        var (created, updated) = (1500L + dice.Next(4), 1600L + dice.Next(4));
        var id = long.Parse(row.Id, CultureInfo.InvariantCulture);
        await store.Database.WriteAsync(session => session.Execute("UPDATE experiments SET creation_time = $0, last_update_time = $1 WHERE experiment_id = $2", created, updated, id), Cancelled);
        return row.With("experiment_id", id).With("creation_time", created).With("last_update_time", updated);
    }
}
