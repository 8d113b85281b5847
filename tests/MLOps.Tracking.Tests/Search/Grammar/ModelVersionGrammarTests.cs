using System.Globalization;
using MLOps.Contracts.Experiments;
using MLOps.Contracts.Models;
using MLOps.Tracking.Tests.Storage;

namespace MLOps.Tracking.Tests.Search.Grammar;

public class ModelVersionGrammarTests : SearchGrammarTests
{
    private const int Models = 8;
    private const int Versions = 5;
    private static readonly string[] Attribute = ["", "attribute"];
    private static readonly Field Name = Field.Text("name", Attribute);
    private static readonly Field Version = Field.Number("version_number", Attribute);

    private protected override SearchGrammar Grammar { get; } = new(
        [
            Name,
            Version,
            Field.Text("run_id", Attribute).With("IN"),
            Field.Text("source_path", Attribute),
            .. Field.Each(Texts.Keys, "tags", (name, key) => Field.Text(name, ["tags", "tag"], key)),
            Prompts.Field,
        ],
        [Name, Version, Field.Number("creation_timestamp", Attribute), Field.Number("last_updated_timestamp", Attribute)],
        [new("last_updated_timestamp", false)],
        [new("name", true), new("version_number", false)])
    {
        IsHidden = Prompts.IsHidden,
    };

    private protected override async Task<List<Row>> FillAsync(OpenStore store, Dice dice)
    {
        var rows = new List<Row>();
        string[] runs = [dice.Id(), dice.Id(), dice.Id()];
        for (var i = 0; i < Models; i++)
        {
            var name = $"{dice.Of(Texts.Any)}{i}";
            var model = new Row(name);
            IReadOnlyList<KeyValue> prompt = Prompts.Tag(model, dice);
            await store.Registry.CreateRegisteredModelAsync(name, null, prompt, Cancelled);
            for (var number = 1; number <= Versions; number++)
            {
                var row = new Row($"{name}/{number.ToString(CultureInfo.InvariantCulture)}").With(Prompts.Field.Name, prompt.Count > 0 ? string.Empty : null);
                var isDeleted = dice.Once(6);
                await VersionAsync(store, name, number, row, prompt, dice.Perhaps(runs), dice);
                if (isDeleted)
                {
                    await store.Registry.DeleteModelVersionAsync(name, number, cancellationToken: Cancelled);
                    continue;
                }

                await TimedAsync(store, name, number, row, dice);
                rows.Add(row);
            }
        }

        return rows;
    }

    private protected override SearchScope RandomScope(OpenStore store, Dice dice) => new(
        "model versions",
        row => row,
        async asked =>
        {
            var page = await store.Registry.SearchModelVersionsAsync(new SearchModels(asked.Filter, asked.OrderBy, asked.Size, asked.Token), Cancelled);
            return new Page<string>([.. page.Items.Select(version => $"{version.Name}/{version.Version.ToString(CultureInfo.InvariantCulture)}")], page.NextPageToken);
        });

    private static async Task VersionAsync(OpenStore store, string name, int number, Row row, IReadOnlyList<KeyValue> prompt, string? run, Dice dice)
    {
        var source = "s3://models/" + dice.Of(Texts.Any);
        var tags = dice.Some(Texts.Keys).ConvertAll(key => new KeyValue(key, dice.Of(Texts.OrEmpty)));
        await store.Registry.CreateModelVersionAsync(name, new CreateModelVersion(source, run, null, null, [.. tags, .. prompt]), Cancelled);
        row.With("name", name).With("version_number", (long)number).With("run_id", run).With("source_path", source);
        tags.ForEach(tag => row.With("tags." + tag.Key, tag.Value));
    }

    private static async Task TimedAsync(OpenStore store, string name, int number, Row row, Dice dice)
    {
        var (created, updated) = (1500L + dice.Next(4), 1600L + dice.Next(4));
        row.With("creation_timestamp", created).With("last_updated_timestamp", updated);
        await store.Database.WriteAsync(
            session => session.Execute("UPDATE model_versions SET creation_time = $0, last_updated_time = $1 WHERE name = $2 AND version = $3", created, updated, name, number),
            Cancelled);
    }
}
