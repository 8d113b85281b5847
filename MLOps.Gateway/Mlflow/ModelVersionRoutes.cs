using Microsoft.AspNetCore.Http;
using MLOps.Contracts.Models;
using MLOps.Contracts.Problems;
using MLOps.Tracking;

namespace MLOps.Gateway.Mlflow;

/// <summary><c>model-versions/*</c>.</summary>
internal static class ModelVersionRoutes
{
    private const int DefaultSearch = 10_000;
    private const int MaxSearch = 200_000;

    public static void Map(MlflowRoutes routes)
    {
        routes.Post("model-versions/create", CreateAsync);
        routes.Get("model-versions/get", GetAsync);
        routes.Patch("model-versions/update", UpdateAsync);
        routes.Delete("model-versions/delete", DeleteAsync);
        routes.Post("model-versions/transition-stage", TransitionAsync);
        routes.Get("model-versions/get-download-uri", DownloadUriAsync);
        routes.Get("model-versions/search", SearchAsync);
        routes.Post("model-versions/set-tag", SetTagAsync);
        routes.Delete("model-versions/delete-tag", DeleteTagAsync);
    }

    private static async Task CreateAsync(MlflowCall call)
    {
        var request = call.Request;
        var name = request.Required("name");
        var source = request.Required("source");
        var modelId = request.NotEmpty("model_id");
        var tags = request.Pairs("tags").Select(tag => tag with { Key = MlflowRules.Key(tag.Key, "key", "key"), Value = MlflowRules.MaxLength(tag.Value, "value", 100_000) }).ToList();
        var isPrompt = tags.Exists(tag => tag.Key == PromptTag.Key);
        var origin = await ModelOrigin.FindAsync(call, source, request.NotEmpty("run_id"), modelId, isPrompt);
        var version = await call.Model(name).CreateVersionAsync(new CreateModelVersion(
            source,
            origin.RunId,
            request.Text("run_link"),
            request.Text("description") ?? string.Empty,
            tags,
            origin.Location,
            modelId));
        if (modelId is not null && !isPrompt)
        {
            await call.LoggedModels.NoteModelVersionAsync(modelId, version.Name, version.Version, call.Cancelled);
        }

        await AnswerAsync(call, version);
    }

    private static async Task GetAsync(MlflowCall call) => await AnswerAsync(call, await VersionAsync(call));

    private static async Task UpdateAsync(MlflowCall call)
    {
        var (name, version) = Key(call);
        await AnswerAsync(call, await call.Model(name).UpdateVersionAsync(version, call.Request.Text("description")));
    }

    private static async Task DeleteAsync(MlflowCall call)
    {
        var (name, version) = Key(call);
        await call.Model(name).DeleteVersionAsync(version, call.Note);
        await call.AnswerEmptyAsync();
    }

    private static async Task TransitionAsync(MlflowCall call)
    {
        var (name, version) = Key(call);
        var stage = MlflowRules.Stage(call.Request.Required("stage"));
        var command = new TransitionStage(version, stage, call.Request.Flag("archive_existing_versions"), call.Note.By, null);
        try
        {
            await AnswerAsync(call, await call.Model(name).TransitionStageAsync(command));
        }
        catch (MLOpsException exception) when (exception.Code == ProblemCode.InvalidState)
        {
            // MLflow answers INVALID_STATE with 500, which its clients try again; a refusal by the registry's rule stays one.
            await MlflowErrors.WriteAsync(call.Http.Response, StatusCodes.Status400BadRequest, "INVALID_STATE", exception.Message);
        }
    }

    private static async Task DownloadUriAsync(MlflowCall call)
    {
        var version = await VersionAsync(call);
        await call.AnswerAsync(json =>
        {
            json.WriteStartObject();
            json.WriteString("artifact_uri", version.Location);
            json.WriteEndObject();
        });
    }

    public static Task<Page<ModelVersion>> FindAsync(MlflowCall call)
    {
        var request = call.Request;
        var limit = request.Long("max_results") ?? DefaultSearch;
        if (limit > MaxSearch)
        {
            throw MlflowRequest.Invalid($"Invalid value \"{limit}\" for parameter 'max_results' supplied:  Hint: Value was of type 'str'. See the API docs for more information about request parameters.");
        }

        if (limit < 1)
        {
            throw MlflowRequest.Invalid($"Invalid value for max_results. It must be a positive integer, but got {limit}");
        }

        return call.Registry.SearchModelVersionsAsync(
            new SearchModels(request.Text("filter"), request.Texts("order_by"), (int)limit, request.Text("page_token")),
            call.Cancelled);
    }

    private static async Task SearchAsync(MlflowCall call)
    {
        var page = await FindAsync(call);
        await call.AnswerAsync(json => MlflowJson.Page(json, "model_versions", page, MlflowJson.Version));
    }

    private static async Task SetTagAsync(MlflowCall call)
    {
        var (name, version) = Key(call);
        var key = MlflowRules.Key(call.Request.Required("key"), "key", "key");
        await call.Model(name).SetVersionTagAsync(version, key, MlflowRules.MaxLength(call.Request.Text("value") ?? string.Empty, "value", 100_000));
        await call.AnswerEmptyAsync();
    }

    private static async Task DeleteTagAsync(MlflowCall call)
    {
        var (name, version) = Key(call);
        await call.Model(name).DeleteVersionTagAsync(version, call.Request.Required("key"));
        await call.AnswerEmptyAsync();
    }

    private static (string Name, int Version) Key(MlflowCall call) =>
        (call.Request.Required("name"), MlflowRules.Version(call.Request.Required("version")));

    private static Task<ModelVersion> VersionAsync(MlflowCall call)
    {
        var (name, version) = Key(call);
        return call.Registry.GetModelVersionAsync(name, version, call.Cancelled);
    }

    private static Task AnswerAsync(MlflowCall call, ModelVersion version) => call.AnswerAsync("model_version", version, MlflowJson.Version);
}
