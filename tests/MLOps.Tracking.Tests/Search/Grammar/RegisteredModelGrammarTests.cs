using MLOps.Contracts.Experiments;
using MLOps.Contracts.Models;
using MLOps.Tracking.Tests.Storage;

namespace MLOps.Tracking.Tests.Search.Grammar;

public class RegisteredModelGrammarTests : SearchGrammarTests
{
    private const int Models = 30;
    private static readonly string[] Attribute = ["", "attribute"];
    private static readonly Field Name = Field.Text("name", Attribute);

    private protected override SearchGrammar Grammar { get; } = new(
        [Name, Name, .. Field.Each(Texts.Keys, "tags", (name, key) => Field.Text(name, ["tags", "tag"], key)), Prompts.Field],
        [Name with { Entities = [""] }, Field.Number("last_updated_timestamp", [""], "timestamp", "last_updated_timestamp")],
        [],
        [new("name", true)])
    {
        IsHidden = Prompts.IsHidden,
    };

    private protected override async Task<List<Row>> FillAsync(OpenStore store, Dice dice)
    {
        var rows = new List<Row>();
        for (var i = 0; i < Models; i++)
        {
            var name = $"{dice.Of(Texts.Any)}{i}";
            var row = new Row(name).With("name", name);
            var tags = dice.Some(Texts.Keys).ConvertAll(key => new KeyValue(key, dice.Of(Texts.OrEmpty)));
            tags.ForEach(tag => row.With("tags." + tag.Key, tag.Value));
            await store.Registry.CreateRegisteredModelAsync(name, null, [.. tags, .. Prompts.Tag(row, dice)], Cancelled);
            var updated = 1500L + dice.Next(4);
            await store.Database.WriteAsync(session => session.Execute("UPDATE registered_models SET last_updated_time = $0 WHERE name = $1", updated, name), Cancelled);
            rows.Add(row.With("last_updated_timestamp", updated));
        }

        return rows;
    }

    private protected override SearchScope RandomScope(OpenStore store, Dice dice) => new(
        "registered models",
        row => row,
        async asked =>
        {
            var page = await store.Registry.SearchRegisteredModelsAsync(new SearchModels(asked.Filter, asked.OrderBy, asked.Size, asked.Token), Cancelled);
            return new Page<string>([.. page.Items.Select(model => model.Name)], page.NextPageToken);
        });
}
