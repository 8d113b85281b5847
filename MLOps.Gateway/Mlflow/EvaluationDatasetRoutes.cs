using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using MLOps.Contracts.Experiments;
using MLOps.Tracking;
using MLOps.Tracking.EvaluationDatasets;
using MLOps.Tracking.Traces;

namespace MLOps.Gateway.Mlflow;

/// <summary><c>3.0/mlflow/datasets*</c>: evaluation datasets. Their maps and records travel as JSON within strings.</summary>
internal static class EvaluationDatasetRoutes
{
    private const string Datasets = "/3.0/mlflow/datasets";
    private const string One = Datasets + "/{dataset_id}";
    private const int DefaultSearch = 1000;
    private const int MaxSearch = 50_000;
    private static readonly string[] SourceTypes = ["UNSPECIFIED", "TRACE", "HUMAN", "DOCUMENT", "CODE"];

    public static void Map(MlflowRoutes routes)
    {
        routes.Traced(HttpMethods.Post, Datasets + "/create", CreateAsync);
        routes.Traced(HttpMethods.Post, Datasets + "/search", SearchAsync);
        routes.Traced(HttpMethods.Get, Datasets + "/search", SearchAsync);
        routes.Traced(HttpMethods.Get, One, GetAsync);
        routes.Traced(HttpMethods.Delete, One, DeleteAsync);
        routes.Traced(HttpMethods.Patch, One + "/tags", SetTagsAsync);
        routes.Traced(HttpMethods.Delete, One + "/tags/{key}", DeleteTagAsync);
        routes.Traced(HttpMethods.Get, One + "/experiment-ids", GetExperimentIdsAsync);
        routes.Traced(HttpMethods.Post, One + "/add-experiments", AddExperimentsAsync);
        routes.Traced(HttpMethods.Post, One + "/remove-experiments", RemoveExperimentsAsync);
        routes.Traced(HttpMethods.Post, One + "/records", UpsertRecordsAsync);
        routes.Traced(HttpMethods.Get, One + "/records", GetRecordsAsync);
        routes.Traced(HttpMethods.Delete, One + "/records", DeleteRecordsAsync);
    }

    private static async Task CreateAsync(MlflowCall call)
    {
        var request = call.Request;
        await AnswerAsync(call, await Store(call).CreateDatasetAsync(
            new CreateEvaluationDataset(request.Required("name"), request.Text("tags") is { Length: > 0 } ? Tags(request) : [], request.Texts("experiment_ids")),
            call.Cancelled));
    }

    private static async Task GetAsync(MlflowCall call) => await AnswerAsync(call, await Store(call).GetDatasetAsync(Id(call), call.Cancelled));

    private static async Task DeleteAsync(MlflowCall call)
    {
        await Store(call).DeleteDatasetAsync(Id(call), call.Cancelled);
        await call.AnswerEmptyAsync();
    }

    private static async Task SearchAsync(MlflowCall call)
    {
        var request = call.Request;
        var page = await Store(call).SearchDatasetsAsync(
            new SearchEvaluationDatasets(
                request.Texts("experiment_ids"),
                request.Text("filter_string"),
                request.Texts("order_by"),
                MlflowRules.MaxResults(request, DefaultSearch, MaxSearch),
                request.Text("page_token")),
            call.Cancelled);
        await call.AnswerAsync(json => MlflowJson.Page(json, "datasets", page, Write));
    }

    private static async Task SetTagsAsync(MlflowCall call)
    {
        await Store(call).SetDatasetTagsAsync(Id(call), Tags(call.Request), call.Cancelled);
        await call.AnswerEmptyAsync();
    }

    private static async Task DeleteTagAsync(MlflowCall call)
    {
        await Store(call).DeleteDatasetTagAsync(Id(call), TraceRoutes.Id(call, "key"), call.Cancelled);
        await call.AnswerEmptyAsync();
    }

    private static async Task GetExperimentIdsAsync(MlflowCall call)
    {
        var ids = await Store(call).GetExperimentIdsAsync(Id(call), call.Cancelled);
        await call.AnswerAsync(json =>
        {
            json.WriteStartObject();
            MlflowJson.Texts(json, "experiment_ids", ids);
            json.WriteEndObject();
        });
    }

    private static async Task AddExperimentsAsync(MlflowCall call) =>
        await AnswerAsync(call, await Store(call).AddExperimentsAsync(Id(call), call.Request.Texts("experiment_ids"), call.Cancelled));

    private static async Task RemoveExperimentsAsync(MlflowCall call) =>
        await AnswerAsync(call, await Store(call).RemoveExperimentsAsync(Id(call), call.Request.Texts("experiment_ids"), call.Cancelled));

    private static async Task UpsertRecordsAsync(MlflowCall call)
    {
        var given = call.Request.Nested("records");
        if (given is not { ValueKind: JsonValueKind.Array } records)
        {
            throw MlflowRequest.Invalid("Invalid value for parameter 'records' supplied: it is not a JSON list of records.");
        }

        var written = await Store(call).UpsertRecordsAsync(Id(call), [.. records.EnumerateArray().Select(Record)], call.Cancelled);
        await call.AnswerAsync(json =>
        {
            json.WriteStartObject();
            json.WriteNumber("inserted_count", written.Inserted);
            json.WriteNumber("updated_count", written.Updated);
            json.WriteEndObject();
        });
    }

    private static async Task GetRecordsAsync(MlflowCall call)
    {
        var page = await Store(call).GetRecordsAsync(Id(call), MlflowRules.MaxResults(call.Request, DefaultSearch, MaxSearch), call.Request.Text("page_token"), call.Cancelled);
        await call.AnswerAsync(json =>
        {
            json.WriteStartObject();
            json.WriteString("records", $"[{string.Join(", ", page.Items.Select(Text))}]");
            if (page.NextPageToken is not null)
            {
                json.WriteString("next_page_token", page.NextPageToken);
            }

            json.WriteEndObject();
        });
    }

    private static async Task DeleteRecordsAsync(MlflowCall call)
    {
        var deleted = await Store(call).DeleteRecordsAsync(Id(call), call.Request.Texts("dataset_record_ids"), call.Cancelled);
        await call.AnswerAsync(json =>
        {
            json.WriteStartObject();
            json.WriteNumber("deleted_count", deleted);
            json.WriteEndObject();
        });
    }

    private static NewDatasetRecord Record(JsonElement item, int place)
    {
        var path = AssessmentJson.At("records", place);
        if (item.ValueKind != JsonValueKind.Object)
        {
            throw MlflowRequest.WrongType(path, item);
        }

        return new NewDatasetRecord(
            Object(item, "inputs", path) ?? PythonJson.TryParse("{}")!.Value,
            item.TryGetProperty("outputs", out var outputs) ? outputs : null,
            Object(item, "expectations", path),
            Object(item, "tags", path),
            Object(item, "source", path) is { } source ? Source(source, path + ".source") : null);
    }

    private static DatasetRecordSource Source(JsonElement source, string path)
    {
        var type = (MlflowRequest.Text(source, "source_type", path + ".source_type") ?? SourceTypes[0]).ToUpperInvariant();
        return SourceTypes.Contains(type)
            ? new DatasetRecordSource(type, Object(source, "source_data", path))
            : throw MlflowRequest.Invalid($"Invalid dataset record source type: {type}. Valid source types: [{string.Join(", ", SourceTypes.Select(known => $"'{known}'"))}]");
    }

    private static JsonElement? Object(JsonElement item, string name, string path) => item.TryGetProperty(name, out var value)
        ? value.ValueKind switch
        {
            JsonValueKind.Object => value,
            JsonValueKind.Null => null,
            _ => throw MlflowRequest.WrongType($"{path}.{name}", value),
        }
        : null;

    /// <summary>Values that are no texts become one; null leaves the tag as it is.</summary>
    private static List<KeyValue> Tags(MlflowRequest request) => request.Nested("tags") is { ValueKind: JsonValueKind.Object } members
        ? [.. members.EnumerateObject()
            .Where(member => member.Value.ValueKind != JsonValueKind.Null)
            .Select(member => new KeyValue(member.Name, member.Value.ValueKind == JsonValueKind.String ? PythonJson.Text(member.Value) : PythonJson.Dump(member.Value)))]
        : throw MlflowRequest.Invalid("Invalid value for parameter 'tags' supplied: it is not a JSON object.");

    private static string Text(DatasetRecord record)
    {
        var members = new List<KeyValuePair<string, object?>>();
        void Add(string name, object? value)
        {
            if (value is not null)
            {
                members.Add(new(name, value));
            }
        }

        Add("dataset_record_id", record.DatasetRecordId);
        Add("dataset_id", record.DatasetId);
        Add("inputs", PythonJson.TryParse(record.Inputs));
        Add("expectations", PythonJson.TryParse(record.Expectations));
        Add("tags", PythonJson.TryParse(record.Tags ?? "{}"));
        Add("source", PythonJson.TryParse(record.Source));
        Add("source_id", record.SourceId);
        Add("source_type", record.SourceType);
        Add("created_time", record.CreatedTime);
        Add("last_update_time", record.LastUpdateTime);
        Add("created_by", record.CreatedBy);
        Add("last_updated_by", record.LastUpdatedBy);
        Add("outputs", PythonJson.TryParse(record.Outputs));
        return PythonJson.Dump(members);
    }

    private static Task AnswerAsync(MlflowCall call, EvaluationDataset dataset) => call.AnswerAsync("dataset", dataset, Write);

    private static void Write(Utf8JsonWriter json, EvaluationDataset dataset)
    {
        json.WriteStartObject();
        json.WriteString("dataset_id", dataset.DatasetId);
        json.WriteString("name", dataset.Name);
        json.WriteString("tags", PythonJson.Dump(dataset.Tags.Select(tag => new KeyValuePair<string, object?>(tag.Key, tag.Value))));
        TraceJson.Optional(json, "schema", dataset.Schema);
        TraceJson.Optional(json, "profile", dataset.Profile);
        TraceJson.Optional(json, "digest", dataset.Digest);
        json.WriteNumber("created_time", dataset.CreatedTime);
        json.WriteNumber("last_update_time", dataset.LastUpdateTime);
        TraceJson.Optional(json, "created_by", dataset.CreatedBy);
        TraceJson.Optional(json, "last_updated_by", dataset.LastUpdatedBy);
        MlflowJson.Texts(json, "experiment_ids", dataset.ExperimentIds ?? []);
        json.WriteEndObject();
    }

    private static string Id(MlflowCall call) => TraceRoutes.Id(call, "dataset_id");

    private static IEvaluationDatasetStore Store(MlflowCall call) => call.Http.RequestServices.GetRequiredService<IEvaluationDatasetStore>();
}
