using MLOps.Contracts.Experiments;
using MLOps.Tracking;

namespace MLOps.Gateway.Mlflow;

/// <summary><c>experiments/*</c>.</summary>
internal static class ExperimentRoutes
{
    private const int MaxResults = 50_000;

    public static void Map(MlflowRoutes routes)
    {
        routes.Post("experiments/create", CreateAsync);
        routes.Get("experiments/get", GetAsync);
        routes.Get("experiments/get-by-name", GetByNameAsync);
        routes.Post("experiments/update", UpdateAsync);
        routes.Post("experiments/delete", DeleteAsync);
        routes.Post("experiments/restore", RestoreAsync);
        routes.Post("experiments/set-experiment-tag", SetTagAsync);
        routes.Post("experiments/delete-experiment-tag", DeleteTagAsync);
        routes.Get("experiments/search", SearchAsync);
        routes.Post("experiments/search", SearchAsync);
    }

    private static async Task CreateAsync(MlflowCall call)
    {
        var name = ExperimentName.Check(call.Request.Required("name"));
        var location = call.Request.Text("artifact_location");
        if (!string.IsNullOrEmpty(location))
        {
            location = SourceRules.CheckArtifactLocation(location);
        }

        var id = await call.Tracking.CreateExperimentAsync(new CreateExperiment(name, location, Tags(call)), call.Cancelled);
        await call.AnswerAsync(json =>
        {
            json.WriteStartObject();
            json.WriteString("experiment_id", id);
            json.WriteEndObject();
        });
    }

    public static Task<Experiment> ReadAsync(MlflowCall call) => call.Tracking.GetExperimentAsync(call.Request.Required("experiment_id"), call.Cancelled);

    private static async Task GetAsync(MlflowCall call) => await call.AnswerAsync("experiment", await ReadAsync(call), MlflowJson.Experiment);

    private static async Task GetByNameAsync(MlflowCall call) => await call.AnswerAsync(
        "experiment",
        await call.Tracking.GetExperimentByNameAsync(call.Request.Required("experiment_name"), call.Cancelled),
        MlflowJson.Experiment);

    private static async Task UpdateAsync(MlflowCall call)
    {
        var id = call.Request.Required("experiment_id");
        await call.Tracking.RenameExperimentAsync(id, ExperimentName.Check(call.Request.Required("new_name")), call.Cancelled);
        await call.AnswerEmptyAsync();
    }

    private static async Task DeleteAsync(MlflowCall call)
    {
        await call.Tracking.DeleteExperimentAsync(call.Request.Required("experiment_id"), call.Cancelled);
        await call.AnswerEmptyAsync();
    }

    private static async Task RestoreAsync(MlflowCall call)
    {
        await call.Tracking.RestoreExperimentAsync(call.Request.Required("experiment_id"), call.Cancelled);
        await call.AnswerEmptyAsync();
    }

    private static async Task SetTagAsync(MlflowCall call)
    {
        var id = call.Request.Required("experiment_id");
        var tag = Tag(call.Request.Required("key"), call.Request.Text("value") ?? string.Empty);
        await call.Tracking.SetExperimentTagAsync(id, tag.Key, tag.Value, call.Cancelled);
        await call.AnswerEmptyAsync();
    }

    private static async Task DeleteTagAsync(MlflowCall call)
    {
        await call.Tracking.DeleteExperimentTagAsync(call.Request.Required("experiment_id"), call.Request.Required("key"), call.Cancelled);
        await call.AnswerEmptyAsync();
    }

    private static async Task SearchAsync(MlflowCall call)
    {
        var request = call.Request;
        var page = await call.Tracking.SearchExperimentsAsync(
            new SearchExperiments(
                request.Text("filter"),
                request.Texts("order_by"),
                MlflowRules.View(request, "view_type", strict: true),
                MlflowRules.MaxResults(request, 0, MaxResults),
                request.Text("page_token")),
            call.Cancelled);
        await call.AnswerAsync(json => MlflowJson.Page(json, "experiments", page, MlflowJson.Experiment));
    }

    private static List<KeyValue> Tags(MlflowCall call) => [.. call.Request.Pairs("tags").Select(tag => Tag(tag.Key, tag.Value))];

    private static KeyValue Tag(string key, string value) => new(
        MlflowRules.Key(MlflowRules.MaxLength(key, "key", 250), "key", "key"),
        MlflowRules.MaxLength(value, "value", 5000));
}
