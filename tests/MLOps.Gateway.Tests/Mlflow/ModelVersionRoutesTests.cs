using System.Net;
using System.Text.Json;
using MLOps.Gateway.Tests.Endpoints;
using static MLOps.Gateway.Tests.Mlflow.MlflowHttp;

namespace MLOps.Gateway.Tests.Mlflow;

/// <summary>What a model version is made from, as MLflow's clients of the third generation say it.</summary>
public sealed class ModelVersionRoutesTests(ServingPlatform platform) : IClassFixture<ServingPlatform>
{
    private HttpClient Http => platform.Http;

    [Fact]
    public async Task Version_OfALoggedModel_KeepsItsUriAndLeadsToTheModelsFiles()
    {
        var (run, _) = await Http.CreateRunAsync();
        var (id, location) = await LogModelAsync(run);
        var name = await NewNameAsync();
        var made = await CreateAsync(new { name, source = $"models:/{id}", model_id = id });
        Assert.Equal(($"models:/{id}", run), (Text(made, "source"), Text(made, "run_id")));
        Assert.Equal(location, await DownloadUriAsync(name, 1));
        Assert.Equal($$"""[{"name": "{{name}}", "version": 1}]""", await VersionsTagAsync(id));

        await Http.PutAsync($"{Proxy}artifacts/{location["mlflow-artifacts:/".Length..]}/MLmodel", "flavors: {}");
        using var file = await Http.GetAsync($"/model-versions/get-artifact?name={name}&version=1&path=MLmodel", TestContext.Current.CancellationToken);
        Assert.Equal("flavors: {}", await file.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));

        // A copy of the version names the version, and leads to the same files.
        var copy = await CreateAsync(new { name, source = $"models:/{name}/1" });
        Assert.Equal($"models:/{name}/1", Text(copy, "source"));
        Assert.Equal(location, await DownloadUriAsync(name, 2));

        await CreateAsync(new { name, source = location, model_id = id });
        Assert.Equal($$"""[{"name": "{{name}}", "version": 1}, {"name": "{{name}}", "version": 3}]""", await VersionsTagAsync(id));
    }

    [Fact]
    public async Task Version_OfALoggedModelThatIsNotThere_IsRefusedAndNothingIsMade()
    {
        var name = await NewNameAsync();
        await Http.PostAsync(Api + "model-versions/create", new { name, source = "s3://bucket/model", model_id = "m-none" }, HttpStatusCode.NotFound);
        var refused = await Http.PostAsync(Api + "model-versions/create", new { name, source = "models:/m-none" }, HttpStatusCode.InternalServerError);
        Assert.Contains("Unable to fetch model from model URI source artifact location 'models:/m-none'", Text(refused, "message"), StringComparison.Ordinal);
        foreach (var source in (string[])["models:/", $"models:/{name}@live", $"models:/{name}/1/x"])
        {
            await Http.PostAsync(Api + "model-versions/create", new { name, source }, HttpStatusCode.BadRequest);
        }

        Assert.False((await Http.GetJsonAsync($"{Api}model-versions/search?filter=name%3D'{name}'")).TryGetProperty("model_versions", out _));
    }

    [Fact]
    public async Task Prompt_HasAWordAsItsSourceAndNoPlaceOnADisk()
    {
        var tags = new[] { new { key = "mlflow.prompt.is_prompt", value = "true" } };
        var name = await NewNameAsync();
        Assert.Equal("prompt-template", Text(await CreateAsync(new { name, source = "prompt-template", tags }), "source"));
        foreach (var source in (string[])["/etc/passwd", "file:///etc/passwd", "https://h/..%2f.."])
        {
            await Http.PostAsync(Api + "model-versions/create", new { name, source, tags }, HttpStatusCode.BadRequest);
        }

        await Http.PostAsync(Api + "model-versions/create", new { name, source = "prompt-template" }, HttpStatusCode.BadRequest);
    }

    [Theory]
    [InlineData(0, 100)]
    [InlineData(101, 101)]
    [InlineData(int.MaxValue, 102)]
    public async Task SearchOfLoggedModels_MayAskForAnyNumber(int asked, int found)
    {
        var experiment = (await Http.PostAsync(Api + "experiments/create", new { name = Guid.NewGuid().ToString("n") })).GetProperty("experiment_id").GetString();
        for (var i = 0; i < 102; i++)
        {
            await Http.PostAsync(Api + "logged-models", new { experiment_id = experiment });
        }

        var page = await Http.PostAsync(Api + "logged-models/search", new { experiment_ids = (string?[])[experiment], max_results = asked });
        Assert.Equal(found, page.GetProperty("models").GetArrayLength());
        Assert.Equal(found < 102, page.TryGetProperty("next_page_token", out _));
        await Http.PostAsync(Api + "logged-models/search", new { experiment_ids = (string?[])[experiment], max_results = -1 }, HttpStatusCode.BadRequest);
    }

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();

    private async Task<(string Id, string Location)> LogModelAsync(string run)
    {
        var experiment = (await Http.GetJsonAsync($"{Api}runs/get?run_id={run}")).GetProperty("run").GetProperty("info").GetProperty("experiment_id").GetString();
        var info = (await Http.PostAsync(Api + "logged-models", new { experiment_id = experiment, source_run_id = run })).GetProperty("model").GetProperty("info");
        return (Text(info, "model_id")!, Text(info, "artifact_uri")!);
    }

    private async Task<string> NewNameAsync()
    {
        var name = Guid.NewGuid().ToString("n");
        await Http.PostAsync(Api + "registered-models/create", new { name });
        return name;
    }

    private async Task<JsonElement> CreateAsync(object body) => (await Http.PostAsync(Api + "model-versions/create", body)).GetProperty("model_version");

    private async Task<string?> DownloadUriAsync(string name, int version) => Text(await Http.GetJsonAsync($"{Api}model-versions/get-download-uri?name={name}&version={version}"), "artifact_uri");

    private async Task<string?> VersionsTagAsync(string id) => Text(
        (await Http.GetJsonAsync($"{Api}logged-models/{id}")).GetProperty("model").GetProperty("info").GetProperty("tags").EnumerateArray().Single(tag => Text(tag, "key") == "mlflow.modelVersions"),
        "value");
}
