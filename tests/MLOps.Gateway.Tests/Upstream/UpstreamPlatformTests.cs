using System.Net;
using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using MLOps.Contracts.Models;
using MLOps.Contracts.Runs;
using MLOps.Gateway.Tests.Endpoints;
using MLOps.Testing;
using MLOps.Tracking;

namespace MLOps.Gateway.Tests.Upstream;

/// <summary>Two platforms, one behind the other: what a client does at the front is done at the back.</summary>
public sealed class UpstreamPlatformTests(UpstreamServer back) : IClassFixture<UpstreamServer>
{
    private const string Api = "/api/2.0/mlflow/";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_LoggedAtTheFront_IsSeenAtTheBackAndLive()
    {
        await using var front = await FrontPlatform.StartAsync(back.Emptied());
        var experiment = (await PostAsync(front, "experiments/create", new { name = "through" })).GetProperty("experiment_id").GetString()!;
        var created = (await PostAsync(front, "runs/create", new { experiment_id = experiment, run_name = "first", start_time = 1, tags = new[] { new { key = "desk", value = "fx" } } })).GetProperty("run");
        var run = created.GetProperty("info").GetProperty("run_id").GetString()!;

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        await using var live = await front.Http.GetStreamAsync($"/api/v1/mlflow/runs/{run}/metrics/stream", patience.Token);
        await PostAsync(front, "runs/log-batch", new
        {
            run_id = run,
            metrics = new[] { new { key = "loss", value = 0.5, timestamp = 2, step = 1 } },
            @params = new[] { new { key = "lr", value = "0.1" } },
        });
        await foreach (var item in SseParser.Create(live).EnumerateAsync(patience.Token))
        {
            if (item.Data.Contains("loss", StringComparison.Ordinal))
            {
                break;
            }
        }

        await PostAsync(front, "runs/update", new { run_id = run, status = "FINISHED", end_time = 9 });
        var seen = (await GetAsync(back, $"runs/get?run_id={run}")).GetProperty("run");
        Assert.Equal(("FINISHED", "first", experiment), (Text(seen, "info", "status"), Text(seen, "info", "run_name"), Text(seen, "info", "experiment_id")));
        Assert.Equal(0.5, Assert.Single(seen.GetProperty("data").GetProperty("metrics").EnumerateArray()).GetProperty("value").GetDouble());
        Assert.Equal(seen.GetRawText(), (await GetAsync(front, $"runs/get?run_id={run}")).GetProperty("run").GetRawText());

        // And the other way round: the back is the truth.
        await PostAsync(back, "runs/set-tag", new { run_id = run, key = "reviewed", value = "yes" });
        var found = await PostAsync(front, "runs/search", new { experiment_ids = new[] { experiment }, filter = "tags.reviewed = 'yes' and metrics.loss < 1" });
        Assert.Equal(run, Text(Assert.Single(found.GetProperty("runs").EnumerateArray()), "info", "run_id"));
        var status = await front.Http.GetFromJsonAsync<JsonElement>("/api/v1/mlflow/status", Ct);
        Assert.Equal(("RestStore", 2, 1), (status.GetProperty("store").GetString(), status.GetProperty("experiments").GetInt32(), status.GetProperty("runs").GetInt32()));
    }

    [Fact]
    public async Task Artifact_PutAtTheFront_LiesAtTheBackAndComesBack()
    {
        await using var front = await FrontPlatform.StartAsync(back.Emptied());
        var run = (await PostAsync(front, "runs/create", new { experiment_id = "0" })).GetProperty("run").GetProperty("info");
        var id = run.GetProperty("run_id").GetString()!;
        Assert.Equal($"mlflow-artifacts:/0/{id}/artifacts", run.GetProperty("artifact_uri").GetString());
        var bytes = RandomNumberGenerator.GetBytes(20_000_000);
        using (var put = await front.Http.PutAsync($"/api/2.0/mlflow-artifacts/artifacts/0/{id}/artifacts/sub/a%20b.bin", new ByteArrayContent(bytes), Ct))
        {
            Assert.Equal(HttpStatusCode.OK, put.StatusCode);
        }

        Assert.Equal(bytes, await File.ReadAllBytesAsync(Path.Combine(back.DataDirectory, "artifacts", "0", id, "artifacts", "sub", "a b.bin"), Ct));
        Assert.Equal(bytes, await front.Http.GetByteArrayAsync($"/get-artifact?run_id={id}&path=sub%2Fa%20b.bin", Ct));
        var file = Assert.Single((await GetAsync(front, $"artifacts/list?run_id={id}&path=sub")).GetProperty("files").EnumerateArray());
        Assert.Equal(("sub/a b.bin", 20_000_000), (file.GetProperty("path").GetString(), file.GetProperty("file_size").GetInt32()));
        var artifacts = front.Services.GetRequiredService<IArtifactStore>();
        Assert.Equal([new ArtifactEntry($"0/{id}/artifacts/sub", true, null)], await artifacts.ListAsync($"0/{id}/artifacts", Ct));
        await artifacts.DeleteAsync($"0/{id}/artifacts/sub", Ct);
        Assert.Empty(await artifacts.ListAsync($"0/{id}/artifacts", Ct));
        using var gone = await front.Http.GetAsync($"/get-artifact?run_id={id}&path=sub%2Fa%20b.bin", Ct);
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
    }

    [Fact]
    public async Task Version_PromotedAtTheFront_IsInProductionAtTheBackWithAHistoryAtTheFront()
    {
        await using var front = await FrontPlatform.StartAsync(back.Emptied());
        await PostAsync(front, "registered-models/create", new { name = "m" });
        for (var i = 0; i < 2; i++)
        {
            await PostAsync(front, "model-versions/create", new { name = "m", source = "mlflow-artifacts:/0/r/artifacts/model" });
        }

        foreach (var version in (string[])["1", "2"])
        {
            await PostAsync(front, "model-versions/transition-stage", new { name = "m", version, stage = "Production", archive_existing_versions = true });
        }

        Assert.Equal("Archived", Text(await GetAsync(back, "model-versions/get?name=m&version=1"), "model_version", "current_stage"));
        Assert.Equal("Production", Text(await GetAsync(back, "model-versions/get?name=m&version=2"), "model_version", "current_stage"));
        var history = await front.Services.GetRequiredService<IModelRegistryStore>().GetHistoryAsync("m", new SearchHistory(null, RegistryChangeKind.Stage, 100, null), Ct);
        Assert.Equal([(2, "Production"), (1, "Archived"), (1, "Production")], history.Items.Select(line => (line.Version!.Value, line.To!)));
    }

    [Fact]
    public async Task Webhook_MadeAtTheFront_IsDeliveredByTheBack()
    {
        await using var receiver = await Receiver.StartAsync(Ct);
        await using var front = await FrontPlatform.StartAsync(back.Emptied());
        var events = new[] { new { entity = "REGISTERED_MODEL", action = "CREATED" } };
        var made = (await PostAsync(front, "webhooks", new { name = "hook", url = receiver.Url + "/x", events, secret = "s" })).GetProperty("webhook");
        var id = made.GetProperty("webhook_id").GetString()!;
        Assert.Equal(made.GetRawText(), (await GetAsync(back, "webhooks/" + id)).GetProperty("webhook").GetRawText());
        Assert.Equal(id, Assert.Single((await GetAsync(front, "webhooks")).GetProperty("webhooks").EnumerateArray()).GetProperty("webhook_id").GetString());
        Assert.True((await PostAsync(front, $"webhooks/{id}/test", new { })).GetProperty("result").GetProperty("success").GetBoolean());
        await PostAsync(front, "registered-models/create", new { name = "hooked" });
        Assert.Contains("hooked", (await receiver.WaitAsync(2, Ct))[1].Body, StringComparison.Ordinal);

        using (var patch = await front.Http.PatchAsJsonAsync(Api + "webhooks/" + id, new { status = "DISABLED" }, Ct))
        {
            Assert.Equal("DISABLED", Text(await patch.Content.ReadFromJsonAsync<JsonElement>(Ct), "webhook", "status"));
        }

        using var deleted = await front.Http.DeleteAsync(Api + "webhooks/" + id, Ct);
        Assert.Equal(HttpStatusCode.OK, deleted.StatusCode);
        using var gone = await front.Http.GetAsync(Api + "webhooks/" + id, Ct);
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
    }

    [Fact]
    public async Task Counts_OfManyRuns_AreTheBacks()
    {
        await using var front = await FrontPlatform.StartAsync(back.Emptied());
        var store = back.Services.GetRequiredService<ITrackingStore>();
        for (var i = 0; i < 37; i++)
        {
            await store.CreateRunAsync(Guid.NewGuid().ToString("n"), new CreateRun("0", null, null, i, []), Ct);
        }

        Assert.Equal(new StoreCounts(1, 37), await front.Services.GetRequiredService<ITrackingStore>().CountAsync(Ct));
    }

    [Fact]
    public async Task Back_DownAndUpAgain_IsUnavailableMeanwhileAndNothingMustBeRestarted()
    {
        using var folder = new TemporaryFolder();
        await using var server = new FixedPlatform();
        await using var front = await FrontPlatform.StartAsync(server.Url, ("MLOps:Upstream:MaxRetries", "0"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(front, "/alive"));
        using (var health = await front.Http.GetAsync("/health", Ct))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, health.StatusCode);
            Assert.Contains("upstream", await health.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
        }

        using (var refused = await front.Http.PostAsJsonAsync(Api + "runs/create", new { experiment_id = "0" }, Ct))
        {
            var body = await refused.Content.ReadFromJsonAsync<JsonElement>(Ct);
            Assert.Equal((HttpStatusCode.ServiceUnavailable, "TEMPORARILY_UNAVAILABLE"), (refused.StatusCode, body.GetProperty("error_code").GetString()));
            Assert.Contains(server.Url, body.GetProperty("message").GetString(), StringComparison.Ordinal);
        }

        await server.InitializeAsync();
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(front, "/health"));
        var run = Text((await PostAsync(front, "runs/create", new { experiment_id = "0" })).GetProperty("run"), "info", "run_id");
        Assert.Equal(run, Text((await GetAsync(server, $"runs/get?run_id={run}")).GetProperty("run"), "info", "run_id"));

        await server.RestartAsync();
        Assert.Equal(run, Text((await GetAsync(front, $"runs/get?run_id={run}")).GetProperty("run"), "info", "run_id"));
    }

    private static async Task<HttpStatusCode> StatusAsync(ServingPlatform platform, string path)
    {
        using var answer = await platform.Http.GetAsync(path, Ct);
        return answer.StatusCode;
    }

    private static string? Text(JsonElement json, string part, string name) => json.GetProperty(part).GetProperty(name).GetString();

    private static async Task<JsonElement> PostAsync(ServingPlatform platform, string path, object body)
    {
        using var answer = await platform.Http.PostAsJsonAsync(Api + path, body, Ct);
        var json = await answer.Content.ReadFromJsonAsync<JsonElement>(Ct);
        Assert.True(answer.IsSuccessStatusCode, json.GetRawText());
        return json;
    }

    private static Task<JsonElement> GetAsync(ServingPlatform platform, string path) => platform.Http.GetFromJsonAsync<JsonElement>(Api + path, Ct);

    /// <summary>A platform whose address is known before it runs.</summary>
    private sealed class FixedPlatform : ServingPlatform
    {
        public FixedPlatform()
        {
            Url = FreePort.Url();
            Settings["urls"] = Url;
        }

        public string Url { get; }
    }
}
