using MLOps.Contracts.Runs;

namespace MLOps.Tracking.Rest;

/// <summary>Experiments and runs of an upstream MLflow server, over its REST protocol. The upstream decides everything: ids, names, artifact locations, searches.</summary>
/// <param name="client">To the upstream.</param>
/// <param name="clock">For how long a count is kept.</param>
internal sealed partial class RestTrackingStore(UpstreamClient client, TimeProvider clock) : ITrackingStore
{
    private const int MaxRunsPage = 50_000;

    /// <summary>The upstream gives the run an id of its own; the one asked for is not used.</summary>
    public Task<Run> CreateRunAsync(string runId, CreateRun command, CancellationToken cancellationToken = default) => client.CallAsync(
        UpstreamCall.Post("runs/create", isIdempotent: false, json =>
        {
            json.WriteString("experiment_id", command.ExperimentId);
            json.OptionalText("user_id", command.UserId);
            json.OptionalText("run_name", command.RunName);
            json.OptionalNumber("start_time", command.StartTime);
            json.Pairs("tags", command.Tags);
        }),
        answer => UpstreamJson.Run(answer.Object("run")),
        cancellationToken);

    public Task<Run> GetRunAsync(string runId, CancellationToken cancellationToken = default) =>
        client.CallAsync(UpstreamCall.Get("runs/get", ("run_id", runId)), answer => UpstreamJson.Run(answer.Object("run")), cancellationToken);

    public Task<RunInfo> UpdateRunAsync(string runId, UpdateRun command, CancellationToken cancellationToken = default) => client.CallAsync(
        UpstreamCall.Post("runs/update", isIdempotent: true, json =>
        {
            json.WriteString("run_id", runId);
            json.OptionalText("status", command.Status?.ToString().ToUpperInvariant());
            json.OptionalNumber("end_time", command.EndTime);
            json.OptionalText("run_name", command.RunName);
        }),
        answer => UpstreamJson.RunInfo(answer.Object("run_info")),
        cancellationToken);

    public Task DeleteRunAsync(string runId, CancellationToken cancellationToken = default) =>
        client.CallAsync(UpstreamCall.Post("runs/delete", isIdempotent: true, json => json.WriteString("run_id", runId)), cancellationToken);

    public Task RestoreRunAsync(string runId, CancellationToken cancellationToken = default) =>
        client.CallAsync(UpstreamCall.Post("runs/restore", isIdempotent: true, json => json.WriteString("run_id", runId)), cancellationToken);

    public Task DeleteTagAsync(string runId, string key, CancellationToken cancellationToken = default) => client.CallAsync(
        UpstreamCall.Post("runs/delete-tag", isIdempotent: false, json =>
        {
            json.WriteString("run_id", runId);
            json.WriteString("key", key);
        }),
        cancellationToken);

    public Task<Page<Run>> SearchRunsAsync(SearchRuns query, CancellationToken cancellationToken = default) => Paging.TakeAsync(
        query.MaxResults,
        MaxRunsPage,
        query.PageToken,
        (limit, token) => client.CallAsync(
            UpstreamCall.Post("runs/search", isIdempotent: true, json =>
            {
                json.Texts("experiment_ids", query.ExperimentIds);
                json.OptionalText("filter", query.Filter);
                json.WriteString("run_view_type", UpstreamJson.View(query.ViewType));
                json.WriteNumber("max_results", limit);
                json.Texts("order_by", query.OrderBy);
                json.OptionalText("page_token", token);
            }),
            answer => answer.Page("runs", UpstreamJson.Run),
            cancellationToken));
}
