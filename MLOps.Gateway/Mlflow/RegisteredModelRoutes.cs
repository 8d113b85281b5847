using MLOps.Contracts.Models;
using MLOps.Tracking;

namespace MLOps.Gateway.Mlflow;

/// <summary><c>registered-models/*</c>.</summary>
internal static class RegisteredModelRoutes
{
    private const int DefaultSearch = 100;
    private const int MaxSearch = 1000;

    public static void Map(MlflowRoutes routes)
    {
        routes.Post("registered-models/create", CreateAsync);
        routes.Get("registered-models/get", GetAsync);
        routes.Post("registered-models/rename", RenameAsync);
        routes.Patch("registered-models/update", UpdateAsync);
        routes.Delete("registered-models/delete", DeleteAsync);
        routes.Get("registered-models/search", SearchAsync);
        routes.Get("registered-models/get-latest-versions", LatestAsync);
        routes.Post("registered-models/get-latest-versions", LatestAsync);
        routes.Post("registered-models/set-tag", SetTagAsync);
        routes.Delete("registered-models/delete-tag", DeleteTagAsync);
        routes.Post("registered-models/alias", SetAliasAsync);
        routes.Get("registered-models/alias", GetByAliasAsync);
        routes.Delete("registered-models/alias", DeleteAliasAsync);
    }

    private static async Task CreateAsync(MlflowCall call)
    {
        var name = ModelName.Check(call.Request.Required("name"));
        var tags = call.Request.Pairs("tags").Select(tag => tag with { Key = MlflowRules.Key(tag.Key, "key", "key"), Value = MlflowRules.MaxLength(tag.Value, "value", 100_000) });
        await AnswerAsync(call, await call.Model(name).CreateAsync(call.Request.Text("description"), [.. tags]));
    }

    private static async Task GetAsync(MlflowCall call) =>
        await AnswerAsync(call, await call.Registry.GetRegisteredModelAsync(call.Request.Required("name"), call.Cancelled));

    private static async Task RenameAsync(MlflowCall call)
    {
        var name = call.Request.Required("name");
        await AnswerAsync(call, await call.Model(name).RenameAsync(ModelName.Check(call.Request.Required("new_name")), call.Note));
    }

    private static async Task UpdateAsync(MlflowCall call) =>
        await AnswerAsync(call, await call.Model(call.Request.Required("name")).UpdateAsync(call.Request.Text("description")));

    private static async Task DeleteAsync(MlflowCall call)
    {
        await call.Model(call.Request.Required("name")).DeleteAsync(call.Note);
        await call.AnswerEmptyAsync();
    }

    private static async Task SearchAsync(MlflowCall call)
    {
        var request = call.Request;
        var limit = request.Long("max_results") ?? DefaultSearch;
        if (limit is < 0 or > MaxSearch)
        {
            throw MlflowRequest.Invalid($"Invalid value \"{limit}\" for parameter 'max_results' supplied:  Hint: Value was of type 'str'. See the API docs for more information about request parameters.");
        }

        var page = await call.Registry.SearchRegisteredModelsAsync(
            new SearchModels(request.Text("filter"), request.Texts("order_by"), (int)limit, request.Text("page_token")),
            call.Cancelled);
        await call.AnswerAsync(json => MlflowJson.Page(json, "registered_models", page, MlflowJson.Model));
    }

    private static async Task LatestAsync(MlflowCall call)
    {
        var name = call.Request.Required("name");
        var stages = call.Request.Texts("stages").Select(MlflowRules.Stage).ToList();
        var versions = await call.Registry.GetLatestVersionsAsync(name, stages, call.Cancelled);
        await call.AnswerAsync(json => MlflowJson.Page(json, "model_versions", new Page<ModelVersion>(versions, null), MlflowJson.Version));
    }

    private static async Task SetTagAsync(MlflowCall call)
    {
        var name = call.Request.Required("name");
        var key = MlflowRules.Key(call.Request.Required("key"), "key", "key");
        await call.Model(name).SetTagAsync(key, MlflowRules.MaxLength(call.Request.Text("value") ?? string.Empty, "value", 100_000));
        await call.AnswerEmptyAsync();
    }

    private static async Task DeleteTagAsync(MlflowCall call)
    {
        await call.Model(call.Request.Required("name")).DeleteTagAsync(call.Request.Required("key"));
        await call.AnswerEmptyAsync();
    }

    private static async Task SetAliasAsync(MlflowCall call)
    {
        var name = call.Request.Required("name");
        var alias = MlflowRules.Alias(call.Request.Required("alias"));
        await call.Model(name).SetAliasAsync(alias, MlflowRules.Version(call.Request.Required("version")), call.Note);
        await call.AnswerEmptyAsync();
    }

    private static async Task GetByAliasAsync(MlflowCall call) => await call.AnswerAsync(
        "model_version",
        await call.Registry.GetVersionByAliasAsync(call.Request.Required("name"), call.Request.Required("alias"), call.Cancelled),
        MlflowJson.Version);

    private static async Task DeleteAliasAsync(MlflowCall call)
    {
        await call.Model(call.Request.Required("name")).DeleteAliasAsync(call.Request.Required("alias"), call.Note);
        await call.AnswerEmptyAsync();
    }

    private static Task AnswerAsync(MlflowCall call, RegisteredModel model) => call.AnswerAsync("registered_model", model, MlflowJson.Model);
}
