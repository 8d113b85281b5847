using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using MLOps.Contracts.Models;
using MLOps.Contracts.Runs;
using MLOps.Gateway.Tests.Endpoints;
using MLOps.Testing.Onnx;
using MLOps.Tracking;

namespace MLOps.Gateway.Tests.Models;

/// <summary>The registry of record over HTTP, by both front ends.</summary>
public sealed class RegistryApiTests(ServingPlatform platform) : IClassFixture<ServingPlatform>
{
    private const string Api = "/api/v1/mlflow/models";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private IModelRegistryStore Registry => platform.Services.GetRequiredService<IModelRegistryStore>();

    [Fact]
    public async Task History_OfBothFrontEnds_SaysWhoWhatAndWhy()
    {
        await CreateAsync("recorded", versions: 2);
        await PostAsync($"{Api}/transition", new { name = "recorded", version = 1, stage = "Production", comment = "first" }, request => request.Headers.Add("X-MLOps-User", "ann"));
        await PostAsync("/api/2.0/mlflow/model-versions/transition-stage", new { name = "recorded", version = "2", stage = "Production", archive_existing_versions = true });
        await PostAsync("/api/2.0/mlflow/registered-models/alias", new { name = "recorded", alias = "champion", version = "2" }, request => request.Headers.Authorization = Basic("bob"));
        await SendAsync(HttpMethod.Delete, "/api/2.0/mlflow/model-versions/delete", new { name = "recorded", version = "2" }, request => request.Headers.Add("X-MLOps-User", "carl"));

        var history = (await GetAsync($"{Api}/recorded/history")).GetProperty("history").EnumerateArray().ToList();
        Assert.Equal(
            [
                ("stage", 2, "Production", "Deleted", "carl", null),
                ("alias", 2, "2", null, "carl", null),
                ("alias", 2, null, "2", "bob", null),
                ("stage", 2, "None", "Production", "mlflow-client", null),
                ("stage", 1, "Production", "Archived", "mlflow-client", "replaced by version 2"),
                ("stage", 1, "None", "Production", "ann", "first"),
            ],
            history.Select(line => (
                line.GetProperty("kind").GetString()!,
                line.GetProperty("version").GetInt32(),
                line.GetProperty("from").GetString(),
                line.GetProperty("to").GetString(),
                line.GetProperty("by").GetString()!,
                line.GetProperty("comment").GetString())));

        var page = await GetAsync($"{Api}/recorded/history?kind=stage&max_results=3");
        Assert.Equal(3, page.GetProperty("history").GetArrayLength());
        Assert.Single((await GetAsync($"{Api}/recorded/history?kind=stage&max_results=3&page_token={page.GetProperty("next_page_token").GetString()}")).GetProperty("history").EnumerateArray());
        Assert.Equal(2, (await GetAsync($"{Api}/recorded/versions/1/history")).GetProperty("history").GetArrayLength());
    }

    [Fact]
    public async Task Transition_NobodySaysWho_IsAnonymous()
    {
        await CreateAsync("unsaid", versions: 1);
        await PostAsync($"{Api}/transition", new { name = "unsaid", version = 1, stage = "Staging" });
        Assert.Equal("anonymous", (await GetAsync($"{Api}/unsaid/history")).GetProperty("history")[0].GetProperty("by").GetString());

        using var request = new HttpRequestMessage(HttpMethod.Post, $"{Api}/transition") { Content = JsonContent.Create(new { name = "unsaid", version = 1, stage = "None" }) };
        request.Headers.Add("X-MLOps-User", new string('x', 257));
        using var refused = await platform.Http.SendAsync(request, Ct);
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
    }

    [Fact]
    public async Task Production_AtAMoment_IsWhatWasThere()
    {
        await CreateAsync("timed", versions: 2);
        var before = DateTimeOffset.FromUnixTimeMilliseconds((await Registry.GetModelVersionAsync("timed", 1, Ct)).CreationTime).AddMilliseconds(-1);
        await PostAsync($"{Api}/transition", new { name = "timed", version = 1, stage = "Production" });
        var first = (await GetAsync($"{Api}/timed/history")).GetProperty("history")[0].GetProperty("at").GetInt64();

        // The two promotions must not fall into the same millisecond.
        for (var now = first; now <= first; now = platform.Services.GetRequiredService<TimeProvider>().GetUtcNow().ToUnixTimeMilliseconds())
        {
            await Task.Yield();
        }

        await PostAsync($"{Api}/transition", new { name = "timed", version = 2, stage = "Production" });
        await PostAsync("/api/2.0/mlflow/registered-models/alias", new { name = "timed", alias = "champion", version = "2" });

        Assert.Empty(await VersionsAsync($"{Api}/timed/production?at={before:yyyy-MM-dd'T'HH:mm:ss.fff'Z'}"));
        Assert.Equal([1], await VersionsAsync($"{Api}/timed/production?at={first}"));
        Assert.Equal([1], await VersionsAsync($"{Api}/timed/stages/production?at={DateTimeOffset.FromUnixTimeMilliseconds(first).ToOffset(TimeSpan.FromHours(2)):yyyy-MM-dd'T'HH:mm:ss.fffzzz}"));
        Assert.Equal([2], await VersionsAsync($"{Api}/timed/production"));
        Assert.Equal([2], await VersionsAsync($"{Api}/timed/production?at=2099-01-01"));
        Assert.Equal([1], await VersionsAsync($"{Api}/timed/stages/Archived"));
        Assert.Equal(2, (await GetAsync($"{Api}/timed/aliases/champion")).GetProperty("version").GetProperty("version").GetInt32());
        Assert.Equal(JsonValueKind.Null, (await GetAsync($"{Api}/timed/aliases/champion?at={first}")).GetProperty("version").ValueKind);
        Assert.Equal(2, (await GetAsync($"{Api}/timed/latest?stage=Production")).GetProperty("version").GetInt32());
        using var none = await platform.Http.GetAsync($"{Api}/timed/latest?stage=Staging", Ct);
        Assert.Equal(HttpStatusCode.NotFound, none.StatusCode);
    }

    [Fact]
    public async Task Rollback_OneCall_SwapsTheVersionsAndThenSaysThatThereIsNoEarlierOne()
    {
        await CreateAsync("back", versions: 2);
        await PostAsync($"{Api}/transition", new { name = "back", version = 1, stage = "Production" });
        await PostAsync($"{Api}/transition", new { name = "back", version = 2, stage = "Production" });
        var answer = await PostAsync($"{Api}/back/rollback", new { comment = "drifts" }, request => request.Headers.Add("X-MLOps-User", "ann"));
        Assert.Equal((1, "Production"), (answer.GetProperty("restored").GetProperty("version").GetInt32(), answer.GetProperty("restored").GetProperty("current_stage").GetString()));
        Assert.Equal((2, "Archived"), (answer.GetProperty("archived")[0].GetProperty("version").GetInt32(), answer.GetProperty("archived")[0].GetProperty("current_stage").GetString()));
        var newest = (await GetAsync($"{Api}/back/history")).GetProperty("history")[0];
        Assert.Equal(("ann", "drifts"), (newest.GetProperty("by").GetString(), newest.GetProperty("comment").GetString()));

        // Without a body, too.
        using var refused = await platform.Http.PostAsync($"{Api}/back/rollback", null, Ct);
        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
        Assert.Contains("no earlier version", (await refused.Content.ReadFromJsonAsync<JsonElement>(Ct)).GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rename_BySomeonesMlflowClient_KeepsTheHistoryUnderTheNewName()
    {
        await CreateAsync("old-name", versions: 1);
        await PostAsync($"{Api}/transition", new { name = "old-name", version = 1, stage = "Staging" });
        await PostAsync("/api/2.0/mlflow/registered-models/rename", new { name = "old-name", new_name = "new-name" });
        Assert.Equal(["rename", "stage"], (await GetAsync($"{Api}/new-name/history")).GetProperty("history").EnumerateArray().Select(line => line.GetProperty("kind").GetString()));
        using var gone = await platform.Http.GetAsync($"{Api}/old-name/history", Ct);
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
        Assert.Contains("renamed to 'new-name'", await gone.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lineage_OfAServedVersion_LeadsFromTheDatasetToTheEndpoint()
    {
        var grains = platform.Services.GetRequiredService<IGrainFactory>();
        var (parent, child) = (Guid.NewGuid().ToString("n"), Guid.NewGuid().ToString("n"));
        await grains.GetGrain<IRunGrain>(parent).CreateAsync(new CreateRun("0", "search", "quant", 1, []));
        await grains.GetGrain<IRunGrain>(child).CreateAsync(new CreateRun("0", "trial", "quant", 1, [new("mlflow.parentRunId", parent)]));
        await grains.GetGrain<IRunGrain>(child).LogInputsAsync([new DatasetInput("prices", "abc123", "local", "{}", null, null, [new("mlflow.data.context", "training")])], []);
        await platform.RegisterAsync("traced", TinyModels.AddConstant(1, 1));
        var source = (await Registry.GetModelVersionAsync("traced", 1, Ct)).Source;
        await Registry.CreateModelVersionAsync("traced", new CreateModelVersion(source, child, null, null, []), Ct);
        await PostAsync("/mlops/deploy", new { endpoint = "traced", model_uri = "models:/traced/2" });

        var graph = await GetAsync($"{Api}/traced/versions/2/lineage");
        Assert.Equal(
            new HashSet<string> { "dataset:prices:abc123", "endpoint:traced", "experiment:0", $"run:{child}", $"run:{parent}", "version:traced/2" },
            graph.GetProperty("nodes").EnumerateArray().Select(node => node.GetProperty("id").GetString()!).ToHashSet());
        Assert.Equal(
            new HashSet<(string, string, string)>
            {
                ("dataset:prices:abc123", $"run:{child}", "input"),
                ("experiment:0", $"run:{child}", "contains"),
                ("experiment:0", $"run:{parent}", "contains"),
                ($"run:{parent}", $"run:{child}", "parent"),
                ($"run:{child}", "version:traced/2", "produced"),
                ("version:traced/2", "endpoint:traced", "serves"),
            },
            graph.GetProperty("edges").EnumerateArray().Select(edge => (edge.GetProperty("from").GetString()!, edge.GetProperty("to").GetString()!, edge.GetProperty("kind").GetString()!)).ToHashSet());

        // Version 1 has no run and no endpoint.
        Assert.Equal("version:traced/1", Assert.Single((await GetAsync($"{Api}/traced/versions/1/lineage")).GetProperty("nodes").EnumerateArray()).GetProperty("id").GetString());
    }

    [Fact]
    public async Task Lineage_RunsThatAreEachOthersParents_Ends()
    {
        var grains = platform.Services.GetRequiredService<IGrainFactory>();
        var (one, other) = (Guid.NewGuid().ToString("n"), Guid.NewGuid().ToString("n"));
        await grains.GetGrain<IRunGrain>(one).CreateAsync(new CreateRun("0", null, null, 1, [new("mlflow.parentRunId", other)]));
        await grains.GetGrain<IRunGrain>(other).CreateAsync(new CreateRun("0", null, null, 1, [new("mlflow.parentRunId", one)]));
        await Registry.CreateRegisteredModelAsync("circular", null, [], Ct);
        await Registry.CreateModelVersionAsync("circular", new CreateModelVersion("mlflow-artifacts:/x", one, null, null, []), Ct);
        Assert.Equal(2, (await GetAsync($"{Api}/circular/versions/1/lineage")).GetProperty("nodes").EnumerateArray().Count(node => node.GetProperty("kind").GetString() == "run"));
    }

    [Fact]
    public async Task Models_InPages_AreAllThereOnce()
    {
        for (var i = 0; i < 3; i++)
        {
            await CreateAsync($"listed-{i}", versions: 0);
        }

        var filter = Uri.EscapeDataString("name LIKE 'listed-%'");
        var first = await GetAsync($"{Api}?max_results=2&filter={filter}");
        var second = await GetAsync($"{Api}?max_results=2&filter={filter}&page_token={Uri.EscapeDataString(first.GetProperty("next_page_token").GetString()!)}");
        Assert.Equal(
            ["listed-0", "listed-1", "listed-2"],
            first.GetProperty("models").EnumerateArray().Concat(second.GetProperty("models").EnumerateArray()).Select(model => model.GetProperty("name").GetString()));
        Assert.Equal(JsonValueKind.Null, second.GetProperty("next_page_token").ValueKind);
    }

    private static AuthenticationHeaderValue Basic(string user) => new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:secret")));

    private async Task CreateAsync(string name, int versions)
    {
        await Registry.CreateRegisteredModelAsync(name, null, [], Ct);
        for (var i = 0; i < versions; i++)
        {
            await Registry.CreateModelVersionAsync(name, new CreateModelVersion("mlflow-artifacts:/m", null, null, null, []), Ct);
        }
    }

    private async Task<IEnumerable<int>> VersionsAsync(string path) =>
        (await GetAsync(path)).GetProperty("versions").EnumerateArray().Select(version => version.GetProperty("version").GetInt32());

    private Task<JsonElement> GetAsync(string path) => platform.Http.GetFromJsonAsync<JsonElement>(path, Ct);

    private Task<JsonElement> PostAsync(string path, object body, Action<HttpRequestMessage>? change = null) => SendAsync(HttpMethod.Post, path, body, change);

    private async Task<JsonElement> SendAsync(HttpMethod method, string path, object body, Action<HttpRequestMessage>? change = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = JsonContent.Create(body) };
        change?.Invoke(request);
        using var answer = await platform.Http.SendAsync(request, Ct);
        var text = await answer.Content.ReadAsStringAsync(Ct);
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonSerializer.Deserialize<JsonElement>(text);
    }
}
