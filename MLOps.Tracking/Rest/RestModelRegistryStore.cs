using MLOps.Contracts.Experiments;
using MLOps.Contracts.Models;
using MLOps.Tracking.Models;
using MLOps.Tracking.Storage;

namespace MLOps.Tracking.Rest;

/// <summary>Registered models of an upstream MLflow server. The upstream knows no history, so what goes through this platform is appended to a local one
/// after the upstream has confirmed it: that history tells of the time since this platform was put in front, and of nothing that went past it.</summary>
/// <param name="client">To the upstream.</param>
/// <param name="history">The local database that has the history.</param>
/// <param name="clock">Source of the history's times.</param>
internal sealed partial class RestModelRegistryStore(UpstreamClient client, SqlDatabase history, TimeProvider clock) : IModelRegistryStore
{
    private const int MaxModelsPage = 1000;

    public Task<RegisteredModel> CreateRegisteredModelAsync(string name, string? description, IReadOnlyList<KeyValue> tags, CancellationToken cancellationToken = default) => ModelAsync(
        UpstreamCall.Post("registered-models/create", isIdempotent: false, json =>
        {
            json.WriteString("name", name);
            json.Pairs("tags", tags);
            json.OptionalText("description", description);
        }),
        cancellationToken);

    public Task<RegisteredModel> GetRegisteredModelAsync(string name, CancellationToken cancellationToken = default) =>
        ModelAsync(UpstreamCall.Get("registered-models/get", ("name", name)), cancellationToken);

    public Task<RegisteredModel> UpdateRegisteredModelAsync(string name, string? description, CancellationToken cancellationToken = default) => ModelAsync(
        UpstreamCall.Send(HttpMethod.Patch, UpstreamCall.Api + "registered-models/update", isIdempotent: true, json =>
        {
            json.WriteString("name", name);
            json.OptionalText("description", description);
        }),
        cancellationToken);

    public async Task<RegisteredModel> RenameRegisteredModelAsync(string name, string newName, ChangeNote? note = null, CancellationToken cancellationToken = default)
    {
        var renamed = await ModelAsync(
            UpstreamCall.Post("registered-models/rename", isIdempotent: false, json =>
            {
                json.WriteString("name", name);
                json.WriteString("new_name", newName);
            }),
            cancellationToken);
        if (newName != name)
        {
            await AppendAsync(name, note, lines => lines.Renamed(newName));
        }

        return renamed;
    }

    public async Task DeleteRegisteredModelAsync(string name, ChangeNote? note = null, CancellationToken cancellationToken = default)
    {
        var model = await GetRegisteredModelAsync(name, cancellationToken);
        var versions = await VersionsAsync(name, cancellationToken);
        await client.CallAsync(Delete("registered-models/delete", isIdempotent: false, ("name", name)), cancellationToken);
        await AppendAsync(name, note, lines =>
        {
            foreach (var version in versions.Where(version => version.Stage != ModelStage.None).OrderBy(version => version.Version))
            {
                lines.VersionDeleted(version);
            }

            foreach (var alias in model.Aliases)
            {
                lines.AliasMoved(alias.Alias, alias.Version, null);
            }

            lines.ModelDeleted();
        });
    }

    public Task SetRegisteredModelTagAsync(string name, string key, string value, CancellationToken cancellationToken = default) => client.CallAsync(
        UpstreamCall.Post("registered-models/set-tag", isIdempotent: true, json =>
        {
            json.WriteString("name", name);
            json.WriteString("key", key);
            json.WriteString("value", value);
        }),
        cancellationToken);

    public Task DeleteRegisteredModelTagAsync(string name, string key, CancellationToken cancellationToken = default) =>
        client.CallAsync(Delete("registered-models/delete-tag", isIdempotent: true, ("name", name), ("key", key)), cancellationToken);

    public Task<Page<RegisteredModel>> SearchRegisteredModelsAsync(SearchModels query, CancellationToken cancellationToken = default) => Paging.TakeAsync(
        query.MaxResults,
        MaxModelsPage,
        query.PageToken,
        (limit, token) => client.CallAsync(
            UpstreamCall.Get(
                "registered-models/search",
                [("filter", query.Filter), ("max_results", UpstreamJson.Text(limit)), .. query.OrderBy.Select(by => ("order_by", (string?)by)), ("page_token", token)]),
            answer => answer.Page("registered_models", UpstreamJson.Model),
            cancellationToken));

    /// <summary>MLflow has no call that counts: all models are listed.</summary>
    public async Task<long> CountAsync(CancellationToken cancellationToken = default) => (await Paging.AllAsync(
        MaxModelsPage,
        (limit, token) => SearchRegisteredModelsAsync(new SearchModels(null, [], limit, token), cancellationToken))).Count;

    public async Task SetAliasAsync(string name, string alias, int version, ChangeNote? note = null, CancellationToken cancellationToken = default)
    {
        var before = AliasVersion(await GetRegisteredModelAsync(name, cancellationToken), alias);
        await client.CallAsync(
            UpstreamCall.Post("registered-models/alias", isIdempotent: true, json =>
            {
                json.WriteString("name", name);
                json.WriteString("alias", alias);
                json.WriteString("version", UpstreamJson.Text(version));
            }),
            cancellationToken);
        await AppendAsync(name, note, lines => lines.AliasMoved(alias, before, version));
    }

    public async Task DeleteAliasAsync(string name, string alias, ChangeNote? note = null, CancellationToken cancellationToken = default)
    {
        var before = AliasVersion(await GetRegisteredModelAsync(name, cancellationToken), alias);
        await client.CallAsync(Delete("registered-models/alias", isIdempotent: true, ("name", name), ("alias", alias)), cancellationToken);
        if (before is { } version)
        {
            await AppendAsync(name, note, lines => lines.AliasMoved(alias, version, null));
        }
    }

    public async Task<ModelVersion> GetVersionByAliasAsync(string name, string alias, CancellationToken cancellationToken = default) =>
        await ResolvedAsync(await VersionAsync(UpstreamCall.Get("registered-models/alias", ("name", name), ("alias", alias)), cancellationToken), cancellationToken);

    private Task<RegisteredModel> ModelAsync(UpstreamCall call, CancellationToken cancellationToken) =>
        client.CallAsync(call, answer => UpstreamJson.Model(answer.Object("registered_model")), cancellationToken);

    private static int? AliasVersion(RegisteredModel model, string alias)
    {
        foreach (var known in model.Aliases)
        {
            if (known.Alias == alias)
            {
                return known.Version;
            }
        }

        return null;
    }

    /// <summary>DELETE with a body, as this protocol has it.</summary>
    private static UpstreamCall Delete(string path, bool isIdempotent, params (string Name, string Value)[] fields) => UpstreamCall.Send(HttpMethod.Delete, UpstreamCall.Api + path, isIdempotent, json =>
    {
        foreach (var (name, value) in fields)
        {
            json.WriteString(name, value);
        }
    });
}
