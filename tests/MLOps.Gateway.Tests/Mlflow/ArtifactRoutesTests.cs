using System.Net;
using System.Net.Http.Headers;
using MLOps.Gateway.Tests.Endpoints;
using MLOps.Testing;
using static MLOps.Gateway.Tests.Mlflow.MlflowHttp;

namespace MLOps.Gateway.Tests.Mlflow;

/// <summary>The artifact routes over folders, and which of them are served.</summary>
public sealed class ArtifactRoutesTests(LocalArtifactsPlatform local) : IClassFixture<LocalArtifactsPlatform>
{
    private HttpClient Http => local.Platform.Http;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Download_WithRange_GivesThatPart()
    {
        await Http.PutAsync($"{Proxy}artifacts/0/digits.txt", "0123456789");
        foreach (var (range, status, text) in ((RangeHeaderValue, HttpStatusCode, string?)[])
        [
            (new(0, 0), HttpStatusCode.PartialContent, "0"),
            (new(8, null), HttpStatusCode.PartialContent, "89"),
            (new(null, 3), HttpStatusCode.PartialContent, "789"),
            (new(0, 100), HttpStatusCode.OK, "0123456789"),
            (new(10, null), HttpStatusCode.RequestedRangeNotSatisfiable, null),
        ])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"{Proxy}artifacts/0/digits.txt") { Headers = { Range = range } };
            using var answer = await Http.SendAsync(request, Ct);
            Assert.Equal(status, answer.StatusCode);
            if (text is not null)
            {
                Assert.Equal(text, await answer.Content.ReadAsStringAsync(Ct));
                Assert.Equal("bytes", Assert.Single(answer.Headers.AcceptRanges));
            }
        }
    }

    [Theory]
    [InlineData("a.txt", "text/plain")]
    [InlineData("a.json", "text/plain")]
    [InlineData("MLmodel", "text/plain")]
    [InlineData("mlproject", "text/plain")]
    [InlineData("b.pkl", "application/octet-stream")]
    [InlineData("c.png", "image/png")]
    [InlineData("d.pdf", "application/pdf")]
    public async Task Download_OfAnyFile_HasMlflowsTypeWhateverIsAskedFor(string name, string type)
    {
        await Http.PutAsync($"{Proxy}artifacts/0/types/{name}", "x");
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{Proxy}artifacts/0/types/{name}") { Headers = { Accept = { new("text/html") } } };
        using var answer = await Http.SendAsync(request, Ct);
        Assert.Equal((type, name), (answer.Content.Headers.ContentType!.ToString(), answer.Content.Headers.ContentDisposition!.FileName));
    }

    [Fact]
    public async Task DefaultRoot_ThatIsThisServersProxyRoute_KeepsArtifactsInTheDestination()
    {
        const string Root = "http://127.0.0.1:5000/api/2.0/mlflow-artifacts/artifacts";
        using var folder = new TemporaryFolder();
        await using var platform = new ServingPlatform { Settings = { ["MLOps:Tracking:DefaultArtifactRoot"] = Root, ["MLOps:Tracking:ArtifactsDestination"] = folder.Path } };
        await platform.InitializeAsync();
        var (id, uri) = await platform.Http.CreateRunAsync();
        Assert.StartsWith(Root + "/", uri, StringComparison.Ordinal);
        await platform.Http.PutAsync(new Uri(uri).AbsolutePath + "/a.txt", "here");
        Assert.Equal("here", await File.ReadAllTextAsync(folder.Combine($"{uri[(Root.Length + 1)..]}/a.txt"), Ct));
        Assert.Equal("a.txt", (await platform.Http.GetJsonAsync($"{Api}artifacts/list?run_id={id}")).GetProperty("files")[0].GetProperty("path").GetString());
        Assert.Equal("here", await platform.Http.GetStringAsync($"/get-artifact?run_id={id}&path=a.txt", Ct));
    }

    [Fact]
    public async Task RunBelowTheNamedFolder_IsListedAndRead()
    {
        var (id, uri) = await Http.CreateRunAsync("file://" + local.Combine("root", "team"));
        var folder = new Uri(uri).LocalPath;
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(Path.Combine(folder, "f.txt"), "written by a client on this disk", Ct);
        var listed = await Http.GetJsonAsync($"{Api}artifacts/list?run_id={id}");
        Assert.Equal("f.txt", Assert.Single(listed.GetProperty("files").EnumerateArray()).GetProperty("path").GetString());
        Assert.Equal("written by a client on this disk", await Http.GetStringAsync($"/get-artifact?run_id={id}&path=f.txt", Ct));

        await Http.PostAsync(Api + "registered-models/create", new { name = "local" });
        await Http.PostAsync(Api + "model-versions/create", new { name = "local", source = folder, run_id = id });
        await Http.PostAsync(Api + "model-versions/create", new { name = "local", source = uri + "/model/..", run_id = id });
        Assert.Equal("written by a client on this disk", await Http.GetStringAsync("/model-versions/get-artifact?name=local&version=2&path=f.txt", Ct));
        foreach (var source in (string[])["/tmp", "file:///tmp", folder + "/../../x", folder + "2"])
        {
            var refused = await Http.PostAsync(Api + "model-versions/create", new { name = "local", source, run_id = id }, HttpStatusCode.BadRequest);
            Assert.Contains("To use a local path as a model version", refused.GetProperty("message").GetString(), StringComparison.Ordinal);
        }

        await Http.PostAsync(Api + "artifacts/presigned-upload-url", new { run_id = id, path = "x" }, HttpStatusCode.NotImplemented);
    }

    [Fact]
    public async Task Database_MadeWithAnotherRoot_KeepsTheArtifactsThatAreThere()
    {
        using var old = new TemporaryFolder();
        await using var platform = new ServingPlatform { Settings = { ["MLOps:Tracking:DefaultArtifactRoot"] = "file://" + old.Path } };
        await platform.InitializeAsync();
        var run = (await platform.Http.PostAsync(Api + "runs/create", new { experiment_id = "0" })).GetProperty("run").GetProperty("info");
        var folder = new Uri(run.GetProperty("artifact_uri").GetString()!).LocalPath;
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(Path.Combine(folder, "f.txt"), "old", Ct);
        platform.Settings.Clear();
        await platform.RestartAsync();
        Assert.Equal("old", await platform.Http.GetStringAsync($"/get-artifact?run_id={run.GetProperty("run_id").GetString()}&path=f.txt", Ct));
    }

    [Fact]
    public async Task LocationWithAQuery_KeepsItAtTheEndOfWhatLiesBelow()
    {
        var (run, uri) = await Http.CreateRunAsync("s3://b/p?x=y");
        Assert.Equal($"s3://b/p/{run}/artifacts?x=y", uri);
        var experiment = (await Http.GetJsonAsync($"{Api}runs/get?run_id={run}")).GetProperty("run").GetProperty("info").GetProperty("experiment_id").GetString();
        var model = (await Http.PostAsync(Api + "logged-models", new { experiment_id = experiment })).GetProperty("model").GetProperty("info");
        Assert.Equal($"s3://b/p/models/{model.GetProperty("model_id").GetString()}/artifacts?x=y", model.GetProperty("artifact_uri").GetString());
    }

    [Theory]
    [InlineData("outside")]
    [InlineData("root2")]
    public async Task RunOutsideTheNamedFolders_IsNeitherListedNorReadNorWritten(string elsewhere)
    {
        Directory.CreateDirectory(local.Combine(elsewhere));
        var (id, uri) = await Http.CreateRunAsync(local.Combine(elsewhere));
        Directory.CreateDirectory(uri);
        await File.WriteAllTextAsync(Path.Combine(uri, "secret"), "secret", Ct);
        await Http.GetJsonAsync($"{Api}artifacts/list?run_id={id}", HttpStatusCode.BadRequest);
        await Http.GetJsonAsync($"/api/v1/mlflow/runs/{id}/artifacts", HttpStatusCode.BadRequest);
        await Http.GetJsonAsync($"/get-artifact?run_id={id}&path=secret", HttpStatusCode.BadRequest);
        using var content = new StringContent("x");
        using var upload = await Http.PostAsync($"/ajax-api/2.0/mlflow/upload-artifact?run_uuid={id}&path=new", content, Ct);
        Assert.Equal(HttpStatusCode.BadRequest, upload.StatusCode);
        Assert.False(File.Exists(Path.Combine(uri, "new")));
    }

    [Fact]
    public async Task Upload_FromTheBrowser_IsCheckedAsMlflowDoes()
    {
        var (id, _) = await Http.CreateRunAsync();
        foreach (var (query, bytes, message) in ((string, int, string)[])
        [
            ("path=a", 1, "Request must specify run_uuid."),
            ($"run_uuid={id}", 1, "Request must specify path."),
            ($"run_uuid={id}&path=a", 0, "Request must specify data."),
            ($"run_uuid={id}&path=../a", 1, "Invalid path"),
            ($"run_uuid={id}&path=a", (10 << 20) + 1, "Artifact size is too large. Max size is 10MB."),
        ])
        {
            using var content = new ByteArrayContent(new byte[bytes]);
            using var refused = await Http.PostAsync("/ajax-api/2.0/mlflow/upload-artifact?" + query, content, Ct);
            Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
            Assert.Contains(message, await refused.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
        }

        using var whole = new ByteArrayContent(new byte[10 << 20]);
        using var taken = await Http.PostAsync($"/ajax-api/2.0/mlflow/upload-artifact?run_uuid={id}&path=d/a", whole, Ct);
        Assert.Equal((HttpStatusCode.OK, 0, "application/json"), (taken.StatusCode, (await taken.Content.ReadAsByteArrayAsync(Ct)).Length, taken.Content.Headers.ContentType!.MediaType));
        Assert.Equal(10 << 20, (await Http.GetByteArrayAsync($"/get-artifact?run_id={id}&path=d/a", Ct)).Length);
    }

    [Fact]
    public async Task SignedUrls_OnAFolder_AreNotImplemented()
    {
        foreach (var call in (string[])["create", "complete", "abort"])
        {
            var refused = await Http.PostAsync($"{Proxy}mpu/{call}/0/x", new { path = "x", num_parts = 1, upload_id = "u" }, HttpStatusCode.NotImplemented);
            Assert.Equal("Multipart upload is not supported for the current artifact repository", refused.GetProperty("message").GetString());
        }

        await Http.GetJsonAsync($"{Proxy}presigned/0/x", HttpStatusCode.NotImplemented);
    }

    [Fact]
    public async Task NoServeArtifacts_ProxyIsOffAndNewExperimentsLieInTheFolder()
    {
        using var folder = new TemporaryFolder();
        await using var platform = new ServingPlatform { Settings = { ["MLOps:Tracking:ServeArtifacts"] = "false", ["MLOps:Tracking:DefaultArtifactRoot"] = folder.Path } };
        await platform.InitializeAsync();
        using var answer = await platform.Http.GetAsync(Proxy + "artifacts/0/x", Ct);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal(
            "Endpoint: /api/2.0/mlflow-artifacts/artifacts/<path:artifact_path> disabled due to the mlflow server running with `--no-serve-artifacts`. To enable artifacts server functionality, run `mlflow server` with `--serve-artifacts`",
            await answer.Content.ReadAsStringAsync(Ct));
        var (id, uri) = await platform.Http.CreateRunAsync();
        Assert.StartsWith(folder.Path + "/", uri, StringComparison.Ordinal);
        Directory.CreateDirectory(Path.Combine(uri, "model"));
        var listed = await platform.Http.GetJsonAsync($"{Api}artifacts/list?run_id={id}");
        Assert.Equal("model", listed.GetProperty("files")[0].GetProperty("path").GetString());
    }

    [Fact]
    public async Task ArtifactsOnly_TrackingAndRegistryAreOff()
    {
        await using var platform = new ServingPlatform { Settings = { ["MLOps:Tracking:ArtifactsOnly"] = "true" } };
        await platform.InitializeAsync();
        await platform.Http.PutAsync(Proxy + "artifacts/0/x", "still served");
        Assert.Equal("still served", await platform.Http.GetStringAsync(Proxy + "artifacts/0/x", Ct));
        foreach (var route in (string[])["experiments/get", "runs/get", "model-versions/get", "artifacts/list"])
        {
            using var answer = await platform.Http.GetAsync(Api + route, Ct);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
            Assert.Equal(
                $"Endpoint: /api/2.0/mlflow/{route} disabled due to the mlflow server running in `--artifacts-only` mode. To enable tracking server functionality, run `mlflow server` without `--artifacts-only`",
                await answer.Content.ReadAsStringAsync(Ct));
        }

        using var version = await platform.Http.GetAsync("/version", Ct);
        Assert.Equal(HttpStatusCode.OK, version.StatusCode);
        using var own = await platform.Http.GetAsync("/api/v1/mlflow/experiments", Ct);
        Assert.Equal(HttpStatusCode.NotFound, own.StatusCode);
    }

    [Fact]
    public async Task ModelSource_AgainstTheOperatorsPattern_IsRefused()
    {
        await using var platform = new ServingPlatform { Settings = { ["MLFLOW_CREATE_MODEL_VERSION_SOURCE_VALIDATION_REGEX"] = "^mlflow-artifacts:/.*$" } };
        await platform.InitializeAsync();
        await platform.Http.PostAsync(Api + "registered-models/create", new { name = "m" });
        var refused = await platform.Http.PostAsync(Api + "model-versions/create", new { name = "m", source = "s3://path/to/model" }, HttpStatusCode.BadRequest);
        Assert.Equal("Invalid model version source: 's3://path/to/model'.", refused.GetProperty("message").GetString());
        await platform.Http.PostAsync(Api + "model-versions/create", new { name = "m", source = "mlflow-artifacts:/1/model" });
    }
}
