using MLOps.Contracts.Experiments;

namespace MLOps.Tracking.Rest;

internal sealed partial class RestTrackingStore
{
    private const int MaxExperimentsPage = 50_000;

    /// <summary>Without a location of its own the experiment's artifacts are where the upstream puts them.</summary>
    public Task<string> CreateExperimentAsync(CreateExperiment command, CancellationToken cancellationToken = default) => client.CallAsync(
        UpstreamCall.Post("experiments/create", isIdempotent: false, json =>
        {
            json.WriteString("name", command.Name);
            json.OptionalText("artifact_location", string.IsNullOrEmpty(command.ArtifactLocation) ? null : command.ArtifactLocation);
            json.Pairs("tags", command.Tags);
        }),
        answer => answer.Text("experiment_id"),
        cancellationToken);

    public Task<Experiment> GetExperimentAsync(string experimentId, CancellationToken cancellationToken = default) => client.CallAsync(
        UpstreamCall.Get("experiments/get", ("experiment_id", experimentId)),
        answer => UpstreamJson.Experiment(answer.Object("experiment")),
        cancellationToken);

    public Task<Experiment> GetExperimentByNameAsync(string name, CancellationToken cancellationToken = default) => client.CallAsync(
        UpstreamCall.Get("experiments/get-by-name", ("experiment_name", name)),
        answer => UpstreamJson.Experiment(answer.Object("experiment")),
        cancellationToken);

    public Task RenameExperimentAsync(string experimentId, string newName, CancellationToken cancellationToken = default) => client.CallAsync(
        UpstreamCall.Post("experiments/update", isIdempotent: true, json =>
        {
            json.WriteString("experiment_id", experimentId);
            json.WriteString("new_name", newName);
        }),
        cancellationToken);

    public Task DeleteExperimentAsync(string experimentId, CancellationToken cancellationToken = default) =>
        client.CallAsync(UpstreamCall.Post("experiments/delete", isIdempotent: false, json => json.WriteString("experiment_id", experimentId)), cancellationToken);

    public Task RestoreExperimentAsync(string experimentId, CancellationToken cancellationToken = default) =>
        client.CallAsync(UpstreamCall.Post("experiments/restore", isIdempotent: false, json => json.WriteString("experiment_id", experimentId)), cancellationToken);

    public Task SetExperimentTagAsync(string experimentId, string key, string value, CancellationToken cancellationToken = default) => client.CallAsync(
        UpstreamCall.Post("experiments/set-experiment-tag", isIdempotent: true, json =>
        {
            json.WriteString("experiment_id", experimentId);
            json.WriteString("key", key);
            json.WriteString("value", value);
        }),
        cancellationToken);

    public Task DeleteExperimentTagAsync(string experimentId, string key, CancellationToken cancellationToken = default) => client.CallAsync(
        UpstreamCall.Post("experiments/delete-experiment-tag", isIdempotent: false, json =>
        {
            json.WriteString("experiment_id", experimentId);
            json.WriteString("key", key);
        }),
        cancellationToken);

    public Task<Page<Experiment>> SearchExperimentsAsync(SearchExperiments query, CancellationToken cancellationToken = default) => Paging.TakeAsync(
        query.MaxResults,
        MaxExperimentsPage,
        query.PageToken,
        (limit, token) => client.CallAsync(
            UpstreamCall.Post("experiments/search", isIdempotent: true, json =>
            {
                json.WriteNumber("max_results", limit);
                json.OptionalText("filter", query.Filter);
                json.Texts("order_by", query.OrderBy);
                json.WriteString("view_type", UpstreamJson.View(query.ViewType));
                json.OptionalText("page_token", token);
            }),
            answer => answer.Page("experiments", UpstreamJson.Experiment),
            cancellationToken));
}
