using System.Text.Json;
using MLOps.Contracts.Experiments;
using MLOps.Contracts.Problems;
using MLOps.Tracking.EvaluationDatasets;
using MLOps.Tracking.Tests.Storage;

namespace MLOps.Tracking.Tests.EvaluationDatasets;

public class EvaluationDatasetTests : StoreTests
{
    [Fact]
    public async Task Dataset_ThroughItsLife_KeepsTagsAndExperiments()
    {
        await using var store = new OpenStore(DatabaseUri());
        var other = await store.Tracking.CreateExperimentAsync(new CreateExperiment("other", null, []), Cancelled);
        var made = await store.EvaluationDatasets.CreateDatasetAsync(new CreateEvaluationDataset("questions", [new("mlflow.user", "ada"), new("team", "ml")], ["0"]), Cancelled);
        Assert.StartsWith("d-", made.DatasetId, StringComparison.Ordinal);
        Assert.Equal(("ada", 8), (made.CreatedBy, made.Digest!.Length));
        await store.EvaluationDatasets.SetDatasetTagsAsync(made.DatasetId, [new("team", "data"), new("new", "1")], Cancelled);
        await store.EvaluationDatasets.DeleteDatasetTagAsync(made.DatasetId, "new", Cancelled);
        await store.EvaluationDatasets.DeleteDatasetTagAsync(made.DatasetId, "never there", Cancelled);
        await store.EvaluationDatasets.AddExperimentsAsync(made.DatasetId, ["0", other], Cancelled);
        await store.RestartAsync();
        var read = await store.EvaluationDatasets.GetDatasetAsync(made.DatasetId, Cancelled);
        Assert.Equal([new KeyValue("mlflow.user", "ada"), new KeyValue("team", "data")], read.Tags);
        Assert.Equal(["0", other], await store.EvaluationDatasets.GetExperimentIdsAsync(made.DatasetId, Cancelled));
        await store.EvaluationDatasets.RemoveExperimentsAsync(made.DatasetId, ["0", "77"], Cancelled);
        Assert.Equal([other], await store.EvaluationDatasets.GetExperimentIdsAsync(made.DatasetId, Cancelled));
        await store.EvaluationDatasets.UpsertRecordsAsync(made.DatasetId, [Record("""{"q":1}""")], Cancelled);
        await store.EvaluationDatasets.DeleteDatasetAsync(made.DatasetId, Cancelled);
        await store.EvaluationDatasets.DeleteDatasetAsync(made.DatasetId, Cancelled);
        Assert.Equal(ProblemCode.NotFound, await CodeAsync(() => store.EvaluationDatasets.GetDatasetAsync(made.DatasetId, Cancelled)));
        Assert.Empty(await store.EvaluationDatasets.GetExperimentIdsAsync(made.DatasetId, Cancelled));
        Assert.Empty((await store.EvaluationDatasets.GetRecordsAsync(made.DatasetId, 10, null, Cancelled)).Items);
    }

    [Fact]
    public async Task Missing_DatasetOrExperiment_IsNotFound()
    {
        await using var store = new OpenStore(DatabaseUri());
        var made = await store.EvaluationDatasets.CreateDatasetAsync(new CreateEvaluationDataset("a", [], []), Cancelled);
        Assert.Equal(ProblemCode.NotFound, await CodeAsync(() => store.EvaluationDatasets.AddExperimentsAsync("d-none", ["0"], Cancelled)));
        Assert.Equal(ProblemCode.NotFound, await CodeAsync(() => store.EvaluationDatasets.RemoveExperimentsAsync("d-none", ["0"], Cancelled)));
        Assert.Equal(ProblemCode.NotFound, await CodeAsync(() => store.EvaluationDatasets.AddExperimentsAsync(made.DatasetId, ["0", "99"], Cancelled)));
        Assert.Empty(await store.EvaluationDatasets.GetExperimentIdsAsync(made.DatasetId, Cancelled));
        Assert.Equal(ProblemCode.NotFound, await CodeAsync(() => store.EvaluationDatasets.SetDatasetTagsAsync("d-none", [new("k", "v")], Cancelled)));
        Assert.Equal(ProblemCode.NotFound, await CodeAsync(() => store.EvaluationDatasets.UpsertRecordsAsync("d-none", [Record("{}")], Cancelled)));
    }

    [Theory]
    [InlineData("tags.team = 'ml'", "a,c")]
    [InlineData("name LIKE 'b%'", "b")]
    [InlineData("created_by = 'ada' AND tags.team != 'ml'", "b")]
    [InlineData("created_time > 0", "a,b,c")]
    public async Task Search_ByFilter_FindsInOrder(string filter, string expected)
    {
        await using var store = new OpenStore(DatabaseUri());
        foreach (var (name, team) in ((string, string)[])[("c", "ml"), ("a", "ml"), ("b", "data")])
        {
            await store.EvaluationDatasets.CreateDatasetAsync(new CreateEvaluationDataset(name, [new("mlflow.user", "ada"), new("team", team)], ["0"]), Cancelled);
        }

        var found = await store.EvaluationDatasets.SearchDatasetsAsync(new SearchEvaluationDatasets([], filter, ["name ASC"], 10, null), Cancelled);
        Assert.Equal(expected, string.Join(',', found.Items.Select(dataset => dataset.Name)));
    }

    [Fact]
    public async Task Search_ByExperimentInPages_FindsEachOnce()
    {
        await using var store = new OpenStore(DatabaseUri());
        for (var i = 0; i < 5; i++)
        {
            await store.EvaluationDatasets.CreateDatasetAsync(new CreateEvaluationDataset($"n{i}", [], [i < 3 ? "0" : "1"]), Cancelled);
        }

        var query = new SearchEvaluationDatasets(["0"], null, ["name DESC"], 2, null);
        var first = await store.EvaluationDatasets.SearchDatasetsAsync(query, Cancelled);
        var second = await store.EvaluationDatasets.SearchDatasetsAsync(query with { PageToken = first.NextPageToken }, Cancelled);
        Assert.Equal(["n2", "n1", "n0"], first.Items.Concat(second.Items).Select(dataset => dataset.Name));
        Assert.Null(second.NextPageToken);
        Assert.Equal(ProblemCode.InvalidArgument, await CodeAsync(() => store.EvaluationDatasets.SearchDatasetsAsync(query with { Filter = "color = 'red'" }, Cancelled)));
        Assert.Equal(ProblemCode.InvalidArgument, await CodeAsync(() => store.EvaluationDatasets.SearchDatasetsAsync(query with { OrderBy = ["tags.a"] }, Cancelled)));
    }

    [Fact]
    public async Task Records_WithTheSameInputs_AreMergedWhateverTheOrderOfKeys()
    {
        await using var store = new OpenStore(DatabaseUri());
        var id = (await store.EvaluationDatasets.CreateDatasetAsync(new CreateEvaluationDataset("a", [], []), Cancelled)).DatasetId;
        var first = await store.EvaluationDatasets.UpsertRecordsAsync(
            id,
            [
                Record("""{"b":{"y":1,"x":"é"},"a":2.0}""", """{"answer":1,"kept":true}""", """{"mlflow.user":"ada","t":"1"}""") with { Outputs = Json("[1]"), Source = new DatasetRecordSource("TRACE", Json("""{"trace_id":"tr-1"}""")) },
                Record("""{"q":"?"}"""),
            ],
            Cancelled);
        Assert.Equal(new UpsertedRecords(2, 0), first);
        var second = await store.EvaluationDatasets.UpsertRecordsAsync(id, [Record("""{"a":2.0,"b":{"x":"é","y":1}}""", """{"answer":2}""", """{"u":"2"}"""), Record("""{"q":"!"}""")], Cancelled);
        Assert.Equal(new UpsertedRecords(1, 1), second);
        var records = (await store.EvaluationDatasets.GetRecordsAsync(id, 10, null, Cancelled)).Items;
        Assert.Equal(3, records.Count);
        var merged = Assert.Single(records, record => record.Inputs.Contains("\"a\"", StringComparison.Ordinal));
        Assert.Equal(
            ("""{"answer": 2, "kept": true}""", """{"mlflow.user": "ada", "t": "1", "u": "2"}""", "[1]", "tr-1", "TRACE", "ada"),
            (merged.Expectations, merged.Tags, merged.Outputs, merged.SourceId, merged.SourceType, merged.LastUpdatedBy));
        var dataset = await store.EvaluationDatasets.GetDatasetAsync(id, Cancelled);
        Assert.Equal(("""{"num_records": 3}""", null), (dataset.Profile, dataset.LastUpdatedBy));
        Assert.Equal(
            """{"inputs": {"b": "object", "a": "float", "q": "string"}, "outputs": "array", "expectations": {"answer": "integer", "kept": "boolean"}, "version": "1.0"}""",
            dataset.Schema);
    }

    [Fact]
    public async Task Records_ReadInPagesAndDeleted_AreEachThereOnce()
    {
        await using var store = new OpenStore(DatabaseUri());
        var id = (await store.EvaluationDatasets.CreateDatasetAsync(new CreateEvaluationDataset("a", [], []), Cancelled)).DatasetId;
        await store.EvaluationDatasets.UpsertRecordsAsync(id, [.. Enumerable.Range(0, 5).Select(i => Record($$"""{"i":{{i}}}"""))], Cancelled);
        var seen = new List<string>();
        string? token = null;
        do
        {
            var page = await store.EvaluationDatasets.GetRecordsAsync(id, 2, token, Cancelled);
            seen.AddRange(page.Items.Select(record => record.DatasetRecordId));
            token = page.NextPageToken;
        }
        while (token is not null);

        Assert.Equal((5, 5), (seen.Count, seen.Distinct().Count()));
        Assert.Equal(2, await store.EvaluationDatasets.DeleteRecordsAsync(id, [seen[0], seen[1], "dr-none"], Cancelled));
        Assert.Equal("""{"num_records": 3}""", (await store.EvaluationDatasets.GetDatasetAsync(id, Cancelled)).Profile);
        Assert.Equal(ProblemCode.InvalidArgument, await CodeAsync(() => store.EvaluationDatasets.GetRecordsAsync(id, 2, "?", Cancelled)));
    }

    private static NewDatasetRecord Record(string inputs, string? expectations = null, string? tags = null) =>
        new(Json(inputs), null, expectations is null ? null : Json(expectations), tags is null ? null : Json(tags), null);

    private static JsonElement Json(string text)
    {
        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }

    private static async Task<ProblemCode> CodeAsync(Func<Task> action) => (await Assert.ThrowsAsync<MLOpsException>(action)).Code;
}
