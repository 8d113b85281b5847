using MLOps.Contracts.Experiments;
using MLOps.Contracts.Runs;
using MLOps.Tracking.LoggedModels;

namespace MLOps.Tracking.Rest;

/// <summary>Logged models of an upstream MLflow server (3.0 or later).</summary>
internal sealed class RestLoggedModelStore(UpstreamClient client) : ILoggedModelStore
{
    private const int MaxPage = 100;

    public Task<LoggedModel> CreateLoggedModelAsync(CreateLoggedModel command, CancellationToken cancellationToken = default) => client.CallAsync(
        UpstreamCall.Post("logged-models", isIdempotent: false, json =>
        {
            json.WriteString("experiment_id", command.ExperimentId);
            json.OptionalText("name", string.IsNullOrEmpty(command.Name) ? null : command.Name);
            json.OptionalText("model_type", command.ModelType);
            json.OptionalText("source_run_id", command.SourceRunId);
            json.Pairs("params", command.Params);
            json.Pairs("tags", command.Tags);
        }),
        answer => UpstreamJson.LoggedModel(answer.Object("model")),
        cancellationToken);

    public Task<LoggedModel> GetLoggedModelAsync(string modelId, CancellationToken cancellationToken = default) =>
        client.CallAsync(UpstreamCall.Get(Path(modelId)), answer => UpstreamJson.LoggedModel(answer.Object("model")), cancellationToken);

    public Task<LoggedModel> FinalizeLoggedModelAsync(string modelId, LoggedModelStatus status, CancellationToken cancellationToken = default) => client.CallAsync(
        UpstreamCall.Send(HttpMethod.Patch, UpstreamCall.Api + Path(modelId), isIdempotent: true, json =>
        {
            json.WriteString("model_id", modelId);
            json.WriteString("status", UpstreamJson.Status(status));
        }),
        answer => UpstreamJson.LoggedModel(answer.Object("model")),
        cancellationToken);

    public Task DeleteLoggedModelAsync(string modelId, CancellationToken cancellationToken = default) =>
        client.CallAsync(new UpstreamCall(HttpMethod.Delete, UpstreamCall.Api + Path(modelId), IsIdempotent: false), cancellationToken);

    public Task LogLoggedModelParamsAsync(string modelId, IReadOnlyList<KeyValue> parameters, CancellationToken cancellationToken = default) => client.CallAsync(
        UpstreamCall.Post(Path(modelId) + "/params", isIdempotent: true, json =>
        {
            json.WriteString("model_id", modelId);
            json.Pairs("params", parameters);
        }),
        cancellationToken);

    public Task SetLoggedModelTagsAsync(string modelId, IReadOnlyList<KeyValue> tags, CancellationToken cancellationToken = default) => client.CallAsync(
        UpstreamCall.Send(HttpMethod.Patch, UpstreamCall.Api + Path(modelId) + "/tags", isIdempotent: true, json =>
        {
            json.WriteString("model_id", modelId);
            json.Pairs("tags", tags);
        }),
        cancellationToken);

    public async Task NoteModelVersionAsync(string modelId, string name, int version, CancellationToken cancellationToken = default)
    {
        // An upstream that keeps the registry too has done it when it made the version.
        if (ModelVersionsTag.With(await GetLoggedModelAsync(modelId, cancellationToken), name, version) is { } tag)
        {
            await SetLoggedModelTagsAsync(modelId, [tag], cancellationToken);
        }
    }

    public Task DeleteLoggedModelTagAsync(string modelId, string key, CancellationToken cancellationToken = default) => client.CallAsync(
        new UpstreamCall(HttpMethod.Delete, $"{UpstreamCall.Api}{Path(modelId)}/tags/{Uri.EscapeDataString(key)}", IsIdempotent: false),
        cancellationToken);

    public Task<Page<LoggedModel>> SearchLoggedModelsAsync(SearchLoggedModels query, CancellationToken cancellationToken = default) => Paging.TakeAsync(
        query.MaxResults,
        MaxPage,
        query.PageToken,
        (limit, token) => client.CallAsync(
            UpstreamCall.Post("logged-models/search", isIdempotent: true, json =>
            {
                json.Texts("experiment_ids", query.ExperimentIds);
                json.OptionalText("filter", query.Filter);
                json.List("datasets", query.Datasets, (writer, dataset) =>
                {
                    writer.WriteString("dataset_name", dataset.Name);
                    writer.OptionalText("dataset_digest", dataset.Digest);
                });
                json.WriteNumber("max_results", limit);
                json.List("order_by", query.OrderBy, (writer, by) =>
                {
                    writer.WriteString("field_name", by.Field);
                    writer.WriteBoolean("ascending", by.Ascending);
                    writer.OptionalText("dataset_name", by.Dataset?.Name);
                    writer.OptionalText("dataset_digest", by.Dataset?.Digest);
                });
                json.OptionalText("page_token", token);
            }),
            answer => answer.Page("models", UpstreamJson.LoggedModel),
            cancellationToken));

    private static string Path(string modelId) => "logged-models/" + Uri.EscapeDataString(modelId);
}
