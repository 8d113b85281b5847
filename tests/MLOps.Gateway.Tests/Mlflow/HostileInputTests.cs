using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using MLOps.Gateway.Tests.Endpoints;

namespace MLOps.Gateway.Tests.Mlflow;

/// <summary>Inputs that broke other tracking servers: each is a 4xx in MLflow's error shape, and changes nothing.</summary>
public sealed class HostileInputTests(ServingPlatform platform) : IClassFixture<ServingPlatform>
{
    private const string Api = "/api/2.0/mlflow/";
    private const string Proxy = "/api/2.0/mlflow-artifacts/artifacts";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("../x")]
    [InlineData("..%2fx")]
    [InlineData("%2e%2e/x")]
    [InlineData("%252e%252e%252fx")]
    [InlineData("%25252e%25252e/x")]
    [InlineData("..%5cx")]
    [InlineData("a/..%5c..%5cx")]
    [InlineData("%2%0952e%2%0952e/x")]
    [InlineData("C:%5cx")]
    [InlineData("%5c%5cserver%5cshare")]
    [InlineData("file:%2f%2f%2fetc%2fpasswd")]
    [InlineData("%2fetc%2fpasswd")]
    [InlineData("a%23b")]
    [InlineData("a%2500b")]
    [InlineData("a%252500b")]
    public async Task Artifact_PathThatLeavesTheRoot_IsRefusedForEveryVerb(string path)
    {
        foreach (var method in (HttpMethod[])[HttpMethod.Get, HttpMethod.Put, HttpMethod.Delete])
        {
            using var answer = await SendAsync(method, $"{Proxy}/{path}", method == HttpMethod.Put ? "x" : null);
            await AssertRefusedAsync(answer, HttpStatusCode.BadRequest, "INVALID_PARAMETER_VALUE");
        }

        using var listing = await SendAsync(HttpMethod.Get, $"{Proxy}?path={path}");
        await AssertRefusedAsync(listing, HttpStatusCode.BadRequest, "INVALID_PARAMETER_VALUE");
    }

    /// <summary>In a query: the web server itself refuses one in a path.</summary>
    [Theory]
    [InlineData(Proxy + "?path=a%00b")]
    [InlineData(Api + "artifacts/list?run_id={0}&path=a%00b")]
    [InlineData("/get-artifact?run_uuid={0}&path=a%00b")]
    [InlineData("/api/v1/mlflow/runs/{0}/artifacts?path=a%00b")]
    public async Task Artifact_PathWithNul_IsRefused(string path)
    {
        using var answer = await SendAsync(HttpMethod.Get, string.Format(CultureInfo.InvariantCulture, path, await CreateRunAsync()));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("Invalid path", await answer.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("%01")]
    [InlineData("%0a")]
    [InlineData("%0d")]
    [InlineData("%1b")]
    [InlineData("%7f")]
    public async Task Artifact_NameWithAControlCharacter_IsTakenWithItWrittenOut(string character)
    {
        var folder = "/controls/" + Guid.NewGuid().ToString("n");
        using var put = await SendAsync(HttpMethod.Put, $"{Proxy}{folder}/a{character}b", "x");
        Assert.Equal(HttpStatusCode.OK, put.StatusCode);
        using var got = await SendAsync(HttpMethod.Get, $"{Proxy}{folder}/a{character}b");
        Assert.Equal(HttpStatusCode.OK, got.StatusCode);
        using var listing = JsonDocument.Parse(await platform.Http.GetStringAsync($"{Proxy}?path={folder[1..]}", Ct));
        Assert.Equal($"a{character}b", listing.RootElement.GetProperty("files")[0].GetProperty("path").GetString());
        using var deleted = await SendAsync(HttpMethod.Delete, $"{Proxy}{folder}/a{character}b");
        Assert.Equal(HttpStatusCode.OK, deleted.StatusCode);
    }

    [Theory]
    [InlineData("file:///etc/passwd")]
    [InlineData("/etc/passwd")]
    [InlineData("etc/passwd")]
    [InlineData("s3a://b/../..")]
    [InlineData("https://h/..%2f..")]
    [InlineData("https://h/..%252f..")]
    [InlineData("dbfs:/x%3f/../")]
    [InlineData("https://h/a?x=&../../")]
    [InlineData("mlflow-artifacts:/1/%2e%2e/x")]
    [InlineData("s3://b/k\0x")]
    [InlineData("s3://b/a/./b")]
    [InlineData("s3://b/a/%2e/b")]
    [InlineData("s3://b/a/.")]
    [InlineData("s3://b")]
    [InlineData("s3://b/?x=y")]
    [InlineData("dbfs:a/b")]
    [InlineData("mlflow-artifacts:../b")]
    public async Task ModelVersion_SourceOutsideAnyStore_IsRefused(string source)
    {
        await PostAsync("registered-models/create", new { name = "hostile" });
        using var answer = await PostAsync("model-versions/create", new { name = "hostile", source });
        await AssertRefusedAsync(answer, HttpStatusCode.BadRequest, "INVALID_PARAMETER_VALUE");
    }

    [Theory]
    [InlineData("s3://b/a/.b/c.d")]
    [InlineData("s3://b//a//b/")]
    [InlineData("s3://b/a?version=1.0")]
    [InlineData("mlflow-artifacts:/1/r/artifacts/m")]
    [InlineData("https://host:80/a")]
    [InlineData("dbfs:/a")]
    public async Task ModelVersion_SourceInNormalForm_IsTaken(string source)
    {
        await PostAsync("registered-models/create", new { name = "friendly" });
        using var answer = await PostAsync("model-versions/create", new { name = "friendly", source });
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Theory]
    [InlineData("1e309", "1", "0")]
    [InlineData("\"1e309\"", "1", "0")]
    [InlineData("1", "9223372036854775808", "0")]
    [InlineData("1", "1", "-9223372036854775809")]
    [InlineData("1", "-1", "0")]
    [InlineData("\"abc\"", "1", "0")]
    [InlineData("[]", "1", "0")]
    public async Task LogMetric_NumberOutOfRange_IsRefused(string value, string timestamp, string step)
    {
        var run = await CreateRunAsync();
        using var answer = await PostRawAsync("runs/log-metric", $$"""{"run_id":"{{run}}","key":"m","value":{{value}},"timestamp":{{timestamp}},"step":{{step}}}""");
        await AssertRefusedAsync(answer, HttpStatusCode.BadRequest, "INVALID_PARAMETER_VALUE");
        Assert.Empty(await HistoryAsync(run, "m"));
    }

    [Fact]
    public async Task LogMetric_KeyOfHundredThousandCharacters_IsRefusedWithAShortMessage()
    {
        using var answer = await PostAsync("runs/log-metric", new { run_id = await CreateRunAsync(), key = new string('k', 100_000), value = 1, timestamp = 1 });
        Assert.InRange((await AssertRefusedAsync(answer, HttpStatusCode.BadRequest, "INVALID_PARAMETER_VALUE")).Length, 1, 2000);
    }

    [Fact]
    public async Task LogBatch_AMillionTags_IsRefused()
    {
        var body = new StringBuilder($$"""{"run_id":"{{await CreateRunAsync()}}","tags":[""");
        body.AppendJoin(',', Enumerable.Range(0, 1_000_000).Select(_ => """{"key":"t","value":""}""")).Append("]}");
        using var answer = await PostRawAsync("runs/log-batch", body.ToString());
        await AssertRefusedAsync(answer, HttpStatusCode.BadRequest, "INVALID_PARAMETER_VALUE");
    }

    [Theory]
    [InlineData(99)]
    [InlineData(100_000)]
    public async Task Body_NestedDeeply_NeverFailsTheServer(int depth)
    {
        using var answer = await PostRawAsync("experiments/create", $$"""{"name":{{new string('[', depth)}}{{new string(']', depth)}}}""");
        await AssertRefusedAsync(answer, HttpStatusCode.BadRequest, "INVALID_PARAMETER_VALUE");
    }

    [Theory]
    [InlineData("%%%")]
    [InlineData("e30=")]
    [InlineData("eyJvZmZzZXQiOiAtMX0=")]
    [InlineData("eyJvZmZzZXQiOiAxZTk5OX0=")]
    [InlineData("eyJvZmZzZXQiOiAiJyBPUiAxPTEifQ==")]
    public async Task Search_GarbagePageToken_IsRefused(string token)
    {
        using var answer = await PostAsync("experiments/search", new { max_results = 1, page_token = token });
        await AssertRefusedAsync(answer, HttpStatusCode.BadRequest, "INVALID_PARAMETER_VALUE");
    }

    [Theory]
    [InlineData("name = 'x'; DROP TABLE runs")]
    [InlineData("tags.`a' OR 1=1 --` = 'x' OR 1=1")]
    [InlineData("name = 'x' UNION SELECT 1")]
    public async Task Search_SqlInAFilter_IsRefused(string filter)
    {
        using var answer = await PostAsync("experiments/search", new { max_results = 1, filter });
        await AssertRefusedAsync(answer, HttpStatusCode.BadRequest, "INVALID_PARAMETER_VALUE");
    }

    [Theory]
    [InlineData("runs/set-tag", """{"run_id":"x","key":"s","value":"\ud800"}""")]
    [InlineData("runs/search", """{"experiment_ids":["\udfff"]}""")]
    [InlineData("experiments/create", """{"name":"\ud800"}""")]
    [InlineData("registered-models/create", """{"name":"m","tags":[{"key":"k","value":"\ud800"}]}""")]
    [InlineData("runs/update", """{"run_id":"x","status":"\ud800"}""")]
    [InlineData("runs/search", """{"experiment_ids":["0"],"run_view_type":"\ud800"}""")]
    [InlineData("experiments/search", """{"max_results":1,"view_type":"\ud800"}""")]
    [InlineData("webhooks", """{"name":"w","url":"https://example.com","events":[{"entity":"\ud800","action":"CREATED"}]}""")]
    [InlineData("runs/log-batch", """{"run_id":"x","\ud800":1}""")]
    [InlineData("runs/log-batch", """{"run_id":"x","metrics":[{"key":"m","value":1,"timestamp":1,"\uDFFF":1}]}""")]
    [InlineData("runs/log-batch", """{"run_id":"x","tags":[{"key":"a","value":"b","unknown":{"c":["\uD800"]}}]}""")]
    [InlineData("model-versions/transition-stage", """{"name":"m","version":"1","stage":"Production","archive_existing_versions":"true"}""")]
    [InlineData("model-versions/transition-stage", """{"name":"m","version":"1","stage":"Production","archive_existing_versions":1}""")]
    public async Task Body_WithTextThatIsNoTextOrAFlagThatIsNoFlag_IsRefused(string path, string body)
    {
        using var answer = await PostRawAsync(path, body);
        await AssertRefusedAsync(answer, HttpStatusCode.BadRequest, "INVALID_PARAMETER_VALUE");
    }

    [Fact]
    public async Task LoggedModelStatus_ThatIsNoText_IsRefused()
    {
        using var content = new StringContent("""{"model_id":"m-x","status":"\ud800"}""", Encoding.UTF8, "application/json");
        using var answer = await platform.Http.PatchAsync(Api + "logged-models/m-x", content, Ct);
        await AssertRefusedAsync(answer, HttpStatusCode.BadRequest, "INVALID_PARAMETER_VALUE");
    }

    [Fact]
    public async Task Body_WithAWholePairInAName_IsTaken()
    {
        using var answer = await PostRawAsync("runs/log-batch", $$"""{"run_id":"{{await CreateRunAsync()}}","\ud83d\ude00":"\ud83d\ude00"}""");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task Search_OfMoreThanTheDatabaseTakes_IsAnsweredOrRefused()
    {
        var ids = Enumerable.Range(0, 40_000).Select(id => id.ToString(CultureInfo.InvariantCulture)).ToArray();
        using var many = await PostAsync("runs/search", new { experiment_ids = ids });
        Assert.Equal(HttpStatusCode.OK, many.StatusCode);
        foreach (var (path, body) in ((string, object)[])
        [
            ("runs/search", new { experiment_ids = (string[])["0"], order_by = Enumerable.Range(0, 70).Select(i => $"metrics.m{i}").ToArray() }),
            ("runs/search", new { experiment_ids = (string[])["0"], filter = $"tags.a LIKE '{new string('%', 60_000)}'" }),
            ("experiments/search", new { max_results = 1, filter = $"name ILIKE '{new string('%', 60_000)}'" }),
            ("runs/search", new { experiment_ids = (string[])["0"], filter = string.Join(" AND ", Enumerable.Repeat("tags.a = 'b'", 2000)) }),
        ])
        {
            using var answer = await PostAsync(path, body);
            await AssertRefusedAsync(answer, HttpStatusCode.BadRequest, "INVALID_PARAMETER_VALUE");
        }
    }

    [Fact]
    public async Task Parameter_OfLongEmoji_IsCutBetweenCharactersAndTheSameAgain()
    {
        var run = await CreateRunAsync();
        var value = string.Concat(Enumerable.Repeat("\U0001F600", 3500));
        var cut = string.Concat(Enumerable.Repeat("\U0001F600", 6500));
        foreach (var (key, given) in ((string, string)[])[("short", value), ("short", value), ("long", cut), ("long", cut)])
        {
            using var answer = await PostAsync("runs/log-parameter", new { run_id = run, key, value = given });
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        using var json = JsonDocument.Parse(await platform.Http.GetStringAsync($"{Api}runs/get?run_id={run}", Ct));
        var stored = json.RootElement.GetProperty("run").GetProperty("data").GetProperty("params").EnumerateArray().ToDictionary(p => p.GetProperty("key").GetString()!, p => p.GetProperty("value").GetString()!);
        Assert.Equal(value, stored["short"]);
        Assert.Equal(cut[..12_000], stored["long"]);
    }

    [Fact]
    public async Task Refusal_CarriesTheHeadersOfEveryAnswer()
    {
        foreach (var path in (string[])[Api + "runs/get?run_id=nope", "/api/v1/mlflow/runs/nope", "/v2/models/nope", "/nowhere"])
        {
            using var answer = await platform.Http.GetAsync(path, Ct);
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
            Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
        }
    }

    [Theory]
    [InlineData("/api/v1/mlflow/..%2Fx")]
    [InlineData("/mlops/../etc")]
    public async Task NativePath_ThatClimbs_IsRefusedInTheNativeShape(string path)
    {
        using var answer = await SendAsync(HttpMethod.Get, path);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
    }

    [Theory]
    [InlineData("/api/v1/mlflow/experiments", """{"name":3}""", "name")]
    [InlineData("/api/v1/mlflow/experiments", "{", "JSON")]
    [InlineData("/api/v1/mlflow/models/transition", """{"name":"m","version":1,"stage":3}""", "stage")]
    public async Task NativeBody_OfAnotherShape_IsToldWhatIsWrong(string path, string body, string expected)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await platform.Http.PostAsync(path, content, Ct);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Ct));
        Assert.Contains(expected, json.RootElement.GetProperty("detail").GetString()!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Request_ForeignHost_IsForbidden()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Api + "experiments/get?experiment_id=0") { Headers = { Host = "evil.example" } };
        using var answer = await platform.Http.SendAsync(request, Ct);
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Equal("Invalid Host header - possible DNS rebinding attack detected", await answer.Content.ReadAsStringAsync(Ct));
    }

    [Theory]
    [InlineData("[::1]:5000", HttpStatusCode.OK)]
    [InlineData("[fc00::1]", HttpStatusCode.OK)]
    [InlineData("[fd12:3456::1]:5000", HttpStatusCode.OK)]
    [InlineData("[::ffff:192.168.0.7]:5000", HttpStatusCode.OK)]
    [InlineData("172.31.0.1:5000", HttpStatusCode.OK)]
    [InlineData("[fe80::1]", HttpStatusCode.Forbidden)]
    [InlineData("[2001:db8::1]", HttpStatusCode.Forbidden)]
    [InlineData("[::ffff:8.8.8.8]", HttpStatusCode.Forbidden)]
    [InlineData("172.32.0.1", HttpStatusCode.Forbidden)]
    [InlineData("169.254.1.1", HttpStatusCode.Forbidden)]
    public async Task Request_HostThatIsAnAddress_IsTakenFromPrivateNetworksAlone(string host, HttpStatusCode status)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Api + "experiments/get?experiment_id=0") { Headers = { Host = host } };
        using var answer = await platform.Http.SendAsync(request, Ct);
        Assert.Equal(status, answer.StatusCode);
    }

    [Theory]
    [InlineData("/api/2.0/mlflow/experiments/create")]
    [InlineData("/ajax-api/2.0/mlflow/experiments/create")]
    [InlineData("/api/v1/mlflow/experiments")]
    [InlineData("/mlops/deploy")]
    public async Task Change_ForeignOrigin_IsForbiddenOnEveryFrontEnd(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Headers = { { "Origin", "http://evil.example" } },
            Content = new StringContent("""{"name":"forged"}""", Encoding.UTF8, "application/json"),
        };
        using var answer = await platform.Http.SendAsync(request, Ct);
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        using var found = await platform.Http.GetAsync(Api + "experiments/get-by-name?experiment_name=forged", Ct);
        Assert.Equal(HttpStatusCode.NotFound, found.StatusCode);
    }

    [Fact]
    public async Task Artifact_HtmlPage_ComesAsAHarmlessAttachment()
    {
        using var put = await SendAsync(HttpMethod.Put, Proxy + "/1/page.html", "<script>alert(1)</script>");
        Assert.Equal(HttpStatusCode.OK, put.StatusCode);
        using var answer = await platform.Http.GetAsync(Proxy + "/1/page.html", Ct);
        Assert.Equal("attachment", answer.Content.Headers.ContentDisposition!.DispositionType);
        Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
        Assert.StartsWith("sandbox", Assert.Single(answer.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1/file/below")]
    [InlineData("1/long")]
    public async Task Upload_WhereNoFileCanBe_IsRefused(string path)
    {
        using var put = await SendAsync(HttpMethod.Put, Proxy + "/1/file", "x");
        Assert.Equal(HttpStatusCode.OK, put.StatusCode);
        using var answer = await SendAsync(HttpMethod.Put, $"{Proxy}/{path.Replace("long", new string('n', 300), StringComparison.Ordinal)}", "x");
        await AssertRefusedAsync(answer, HttpStatusCode.BadRequest, "INVALID_PARAMETER_VALUE");
    }

    [Fact]
    public async Task Upload_NotWholly_LeavesNoFile()
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, Proxy + "/1/half.bin") { Content = new BrokenContent() };
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => platform.Http.SendAsync(request, Ct));
        using var answer = await platform.Http.GetAsync(Proxy + "/1/half.bin", Ct);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    /// <returns>The body.</returns>
    private static async Task<string> AssertRefusedAsync(HttpResponseMessage answer, HttpStatusCode status, string code)
    {
        var body = await answer.Content.ReadAsStringAsync(Ct);
        Assert.True(answer.StatusCode == status, $"expected {status}, got {answer.StatusCode}: {body}");
        using var json = JsonDocument.Parse(body);
        Assert.Equal(code, json.RootElement.GetProperty("error_code").GetString());
        var message = json.RootElement.GetProperty("message").GetString()!;
        Assert.NotEmpty(message);
        Assert.DoesNotContain("   at ", message, StringComparison.Ordinal);
        return body;
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? body = null)
    {
        var target = new Uri(platform.Http.BaseAddress!.GetLeftPart(UriPartial.Authority) + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        using var request = new HttpRequestMessage(method, target) { Content = body is null ? null : new StringContent(body) };
        return await platform.Http.SendAsync(request, Ct);
    }

    private Task<HttpResponseMessage> PostAsync(string path, object body) => PostRawAsync(path, JsonSerializer.Serialize(body));

    private async Task<HttpResponseMessage> PostRawAsync(string path, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        return await platform.Http.PostAsync(Api + path, content, Ct);
    }

    private async Task<string> CreateRunAsync()
    {
        using var answer = await PostAsync("runs/create", new { experiment_id = "0" });
        using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Ct));
        return json.RootElement.GetProperty("run").GetProperty("info").GetProperty("run_id").GetString()!;
    }

    private async Task<IReadOnlyList<JsonElement>> HistoryAsync(string run, string key)
    {
        using var json = JsonDocument.Parse(await platform.Http.GetStringAsync($"{Api}metrics/get-history?run_id={run}&metric_key={key}", Ct));
        return json.RootElement.TryGetProperty("metrics", out var metrics) ? [.. metrics.Clone().EnumerateArray()] : [];
    }
}
