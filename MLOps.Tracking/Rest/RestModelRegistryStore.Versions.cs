using MLOps.Contracts.Models;
using MLOps.Contracts.Problems;

namespace MLOps.Tracking.Rest;

internal sealed partial class RestModelRegistryStore
{
    private const int MaxVersionsPage = 10_000;
    private const string ModelsScheme = "models:/";

    public async Task<IReadOnlyList<ModelVersion>> GetLatestVersionsAsync(string name, IReadOnlyList<ModelStage> stages, CancellationToken cancellationToken = default)
    {
        var versions = await client.CallAsync(
            UpstreamCall.Post("registered-models/get-latest-versions", isIdempotent: true, json =>
            {
                json.WriteString("name", name);
                json.Texts("stages", stages.Select(stage => stage.ToString()));
            }),
            answer => answer.Items("model_versions").Select(UpstreamJson.Version).ToList(),
            cancellationToken);
        for (var i = 0; i < versions.Count; i++)
        {
            versions[i] = await ResolvedAsync(versions[i], cancellationToken);
        }

        return versions;
    }

    public Task<ModelVersion> CreateModelVersionAsync(string name, CreateModelVersion command, CancellationToken cancellationToken = default) => VersionAsync(
        UpstreamCall.Post("model-versions/create", isIdempotent: false, json =>
        {
            json.WriteString("name", name);
            json.WriteString("source", command.Source);
            json.OptionalText("run_id", command.RunId);
            json.OptionalText("run_link", command.RunLink);
            json.OptionalText("description", command.Description);
            json.OptionalText("model_id", command.ModelId);
            json.Pairs("tags", command.Tags);
        }),
        cancellationToken);

    public async Task<ModelVersion> GetModelVersionAsync(string name, int version, CancellationToken cancellationToken = default) => await ResolvedAsync(
        await VersionAsync(UpstreamCall.Get("model-versions/get", ("name", name), ("version", UpstreamJson.Text(version))), cancellationToken),
        cancellationToken);

    public Task<ModelVersion> UpdateModelVersionAsync(string name, int version, string? description, CancellationToken cancellationToken = default) => VersionAsync(
        UpstreamCall.Send(HttpMethod.Patch, UpstreamCall.Api + "model-versions/update", isIdempotent: true, json =>
        {
            json.WriteString("name", name);
            json.WriteString("version", UpstreamJson.Text(version));
            json.OptionalText("description", description);
        }),
        cancellationToken);

    public async Task DeleteModelVersionAsync(string name, int version, ChangeNote? note = null, CancellationToken cancellationToken = default)
    {
        var deleted = await GetModelVersionAsync(name, version, cancellationToken);
        await client.CallAsync(Delete("model-versions/delete", isIdempotent: false, ("name", name), ("version", UpstreamJson.Text(version))), cancellationToken);
        await AppendAsync(name, note, lines =>
        {
            foreach (var alias in deleted.Aliases)
            {
                lines.AliasMoved(alias, version, null);
            }

            lines.VersionDeleted(deleted);
        });
    }

    public Task SetModelVersionTagAsync(string name, int version, string key, string value, CancellationToken cancellationToken = default) => client.CallAsync(
        UpstreamCall.Post("model-versions/set-tag", isIdempotent: true, json =>
        {
            json.WriteString("name", name);
            json.WriteString("version", UpstreamJson.Text(version));
            json.WriteString("key", key);
            json.WriteString("value", value);
        }),
        cancellationToken);

    public Task DeleteModelVersionTagAsync(string name, int version, string key, CancellationToken cancellationToken = default) =>
        client.CallAsync(Delete("model-versions/delete-tag", isIdempotent: true, ("name", name), ("version", UpstreamJson.Text(version)), ("key", key)), cancellationToken);

    public async Task<ModelVersion> TransitionStageAsync(string name, TransitionStage command, CancellationToken cancellationToken = default)
    {
        if (command.ArchiveExisting && command.Stage is not (ModelStage.Staging or ModelStage.Production))
        {
            throw new MLOpsException(
                ProblemCode.Internal,
                $"Model version transition cannot archive existing model versions because '{command.Stage}' is not an Active stage. Valid stages are ['Staging', 'Production']");
        }

        var before = await GetModelVersionAsync(name, command.Version, cancellationToken);
        var replaced = command.ArchiveExisting ? (await InStageAsync(name, command.Stage, cancellationToken)).Where(version => version.Version != command.Version).ToList() : [];
        var moved = await MoveAsync(name, command.Version, command.Stage, command.ArchiveExisting, cancellationToken);
        await AppendAsync(name, new ChangeNote(command.By, $"replaced by version {command.Version}"), replaced, ModelStage.Archived);
        await AppendAsync(name, new ChangeNote(command.By, command.Comment), [before], command.Stage);
        return moved;
    }

    public Task<Page<ModelVersion>> SearchModelVersionsAsync(SearchModels query, CancellationToken cancellationToken = default) => Paging.TakeAsync(
        query.MaxResults,
        MaxVersionsPage,
        query.PageToken,
        (limit, token) => client.CallAsync(
            UpstreamCall.Get(
                "model-versions/search",
                [("filter", query.Filter), ("max_results", UpstreamJson.Text(limit)), .. query.OrderBy.Select(by => ("order_by", (string?)by)), ("page_token", token)]),
            answer => answer.Page("model_versions", UpstreamJson.Version),
            cancellationToken));

    /// <summary>The upstream archives in the transaction of the move.</summary>
    private Task<ModelVersion> MoveAsync(string name, int version, ModelStage stage, bool archive, CancellationToken cancellationToken) => VersionAsync(
        UpstreamCall.Post("model-versions/transition-stage", isIdempotent: true, json =>
        {
            json.WriteString("name", name);
            json.WriteString("version", UpstreamJson.Text(version));
            json.WriteString("stage", stage.ToString());
            json.WriteBoolean("archive_existing_versions", archive);
        }),
        cancellationToken);

    private Task<ModelVersion> VersionAsync(UpstreamCall call, CancellationToken cancellationToken) =>
        client.CallAsync(call, answer => UpstreamJson.Version(answer.Object("model_version")), cancellationToken);

    /// <summary>A version of a logged model may have <c>models:/m-…</c> as its source: the upstream knows where those files are, and serving needs to.</summary>
    private async Task<ModelVersion> ResolvedAsync(ModelVersion version, CancellationToken cancellationToken) => version.Source.StartsWith(ModelsScheme, StringComparison.Ordinal)
        ? version with
        {
            StorageLocation = await client.CallAsync(
                UpstreamCall.Get("model-versions/get-download-uri", ("name", version.Name), ("version", UpstreamJson.Text(version.Version))),
                answer => answer.OptionalText("artifact_uri"),
                cancellationToken),
        }
        : version;

    private Task<IReadOnlyList<ModelVersion>> VersionsAsync(string name, CancellationToken cancellationToken) => Paging.AllAsync(
        MaxVersionsPage,
        (limit, token) => SearchModelVersionsAsync(new SearchModels("name = " + Quoted(name), [], limit, token), cancellationToken));

    private async Task<List<ModelVersion>> InStageAsync(string name, ModelStage stage, CancellationToken cancellationToken) =>
        [.. (await VersionsAsync(name, cancellationToken)).Where(version => version.Stage == stage).OrderByDescending(version => version.Version)];

    /// <summary>MLflow's filters have two quotes and no way to escape one.</summary>
    private static string Quoted(string text) =>
        !text.Contains('\'', StringComparison.Ordinal) ? $"'{text}'"
        : !text.Contains('"', StringComparison.Ordinal) ? $"\"{text}\""
        : throw new MLOpsException(ProblemCode.InvalidArgument, $"The model '{text}' has both kinds of quotes in its name: an upstream cannot be asked for its versions. Rename it.");
}
