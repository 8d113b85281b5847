using System.Net;
using System.Text;
using System.Text.Json;
using MLOps.Gateway.Tests.Endpoints;

namespace MLOps.Gateway.Tests.Mlflow.GraphQl;

/// <summary><c>/graphql</c> as MLflow's UI and hostile callers use it.</summary>
public sealed class GraphQlRoutesTests(ServingPlatform platform) : IClassFixture<ServingPlatform>
{
    private const string Path = "/graphql";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Query_InTheQueryString_IsAnswered()
    {
        var query = Uri.EscapeDataString("query A { a: test(inputString: \"x\") { output } } query B($s: String) { test(inputString: $s) { output } }");
        var answer = await platform.Http.GetJsonAsync($"{Path}?query={query}&operationName=B&variables={Uri.EscapeDataString("""{"s":"é"}""")}");
        Assert.Equal("""{"data":{"test":{"output":"é"}},"errors":null}""", answer.GetRawText());
    }

    [Fact]
    public async Task Failure_WhereTheCallsErrorIsAskedFor_IsThere()
    {
        var answer = await AskAsync("{ mlflowGetRun(input: {runId: \"none\"}) { __typename apiError { code message helpUrl errorDetails { field } } run { info { runName } } } }");
        Assert.Equal(
            """{"data":{"mlflowGetRun":{"__typename":"MlflowGetRunResponse","apiError":{"code":"RESOURCE_DOES_NOT_EXIST","message":"Run with id=none not found","helpUrl":null,"errorDetails":null},"run":null}},"errors":null}""",
            answer.GetRawText());
    }

    [Fact]
    public async Task Search_OfManyRuns_GivesEachItsOwnVersionsAndExperiment()
    {
        const int Runs = 130;
        var experiment = (await PostAsync("experiments/create", new { name = Guid.NewGuid().ToString("n") })).GetProperty("experiment_id").GetString()!;
        var model = Guid.NewGuid().ToString("n");
        await PostAsync("registered-models/create", new { name = model });
        var expected = new Dictionary<string, string[]>();
        for (var i = 0; i < Runs; i++)
        {
            var run = (await PostAsync("runs/create", new { experiment_id = experiment, start_time = i })).GetProperty("run").GetProperty("info").GetProperty("run_id").GetString()!;
            var versions = new List<string>();
            for (var made = 0; made < (i % 40 == 0 ? 2 : 0); made++)
            {
                var version = await PostAsync("model-versions/create", new { name = model, source = $"mlflow-artifacts:/{experiment}/{run}/artifacts/model", run_id = run });
                versions.Add(version.GetProperty("model_version").GetProperty("version").GetString()!);
            }

            expected[run] = [.. versions];
        }

        var answer = await AskAsync(
            "mutation ($i: MlflowSearchRunsInput!) { mlflowSearchRuns(input: $i) { runs { info { runId } experiment { experimentId } modelVersions { version } } } }",
            new { i = new { experimentIds = (string[])[experiment] } });
        var found = answer.GetProperty("data").GetProperty("mlflowSearchRuns").GetProperty("runs").EnumerateArray().ToDictionary(
            run => run.GetProperty("info").GetProperty("runId").GetString()!,
            run => run.GetProperty("modelVersions").EnumerateArray().Select(version => version.GetProperty("version").GetString()!).Order(StringComparer.Ordinal).ToArray());
        Assert.Equivalent(expected.ToDictionary(run => run.Key, run => run.Value.Order(StringComparer.Ordinal).ToArray()), found, strict: true);
        Assert.All(answer.GetProperty("data").GetProperty("mlflowSearchRuns").GetProperty("runs").EnumerateArray(), run => Assert.Equal(experiment, run.GetProperty("experiment").GetProperty("experimentId").GetString()));
    }

    [Fact]
    public async Task History_OfARange_TakesTheInputs()
    {
        var (run, _) = await platform.Http.CreateRunAsync();
        for (var step = 0; step < 6; step++)
        {
            await PostAsync("runs/log-metric", new { run_id = run, key = "m", value = step, timestamp = step, step });
        }

        var answer = await AskAsync("query ($i: MlflowGetMetricHistoryBulkIntervalInput) { mlflowGetMetricHistoryBulkInterval(input: $i) { metrics { step } } }", new { i = new { runIds = (string[])[run], metricKey = "m", startStep = 2, endStep = 3 } });
        Assert.Equal("""{"metrics":[{"step":"2"},{"step":"3"}]}""", answer.GetProperty("data").GetProperty("mlflowGetMetricHistoryBulkInterval").GetRawText());
    }

    [Fact]
    public async Task Artifacts_OfARun_AreListed()
    {
        var (run, uri) = await platform.Http.CreateRunAsync();
        await platform.Http.PutAsync($"{MlflowHttp.Proxy}artifacts/{uri["mlflow-artifacts:/".Length..]}/folder/a.txt", "hello");
        var answer = await AskAsync($$$"""{ root: mlflowListArtifacts(input: {runUuid: "{{{run}}}"}) { rootUri files { path isDir fileSize } } inner: mlflowListArtifacts(input: {runId: "{{{run}}}", path: "folder"}) { files { path isDir fileSize } } }""");
        Assert.Equal(
            $$$"""{"root":{"rootUri":"{{{uri}}}","files":[{"path":"folder","isDir":true,"fileSize":"0"}]},"inner":{"files":[{"path":"folder/a.txt","isDir":false,"fileSize":"5"}]}}""",
            answer.GetProperty("data").GetRawText());
    }

    [Theory]
    [InlineData("""{"query":5}""")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("nonsense")]
    [InlineData("""{"query":"{ __typename }","variables":[]}""")]
    [InlineData("""{"query":"{ __typename }","variables":"{"}""")]
    [InlineData("""{"query":"query ($s: String) { test(inputString: $s) { output } }","variables":{"s":"\ud800"}}""")]
    [InlineData("""{"query":"query ($i: MlflowGetRunInput) { mlflowGetRun(input: $i) { run { info { runId } } } }","variables":{"i":{"\ud800":1}}}""")]
    [InlineData("""{"query":"{ test(inputString: \"\\ud800\") { output } }"}""")]
    [InlineData("""{"query":"{ test(inputString: \"\"\"a) { output } }"}""")]
    [InlineData("""{"query":"{ test(inputString: 01) { output } }"}""")]
    [InlineData("""{"query":"{ test(inputString: 1x) { output } }"}""")]
    [InlineData("""{"query":"query ($s: String = $t) { test(inputString: $s) { output } }"}""")]
    public async Task Request_ThatIsNone_IsRefusedInMlflowsShape(string body)
    {
        using var answer = await SendAsync(body);
        await AssertRefusedAsync(answer, HttpStatusCode.BadRequest);
    }

    [Theory]
    [InlineData("{", "", 20_000, "")]
    [InlineData("{ test(inputString: ", "[", 20_000, ") { output } }")]
    [InlineData("{ test(inputString: ", "{a: ", 10_000, ") { output } }")]
    [InlineData("query (", "$a: [[[[[[[[", 5_000, ") { __typename }")]
    [InlineData("{ ", "a { ", 10_000, "}")]
    [InlineData("{ ", "... { ", 10_000, "}")]
    [InlineData("", "fragment F on Query { ...F } ", 900, "{ ...F }")]
    [InlineData("{ __typename ", "@skip(if: false) ", 3_000, "}")]
    [InlineData("{ ", "a", 60_000, " }")]
    public async Task Query_MadeToExhaust_IsRefusedBriefly(string start, string repeated, int times, string end)
    {
        using var answer = await SendAsync(JsonSerializer.Serialize(new { query = start + string.Concat(Enumerable.Repeat(repeated, times)) + end }));
        var body = await answer.Content.ReadAsStringAsync(Ct);
        Assert.True(answer.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.OK, body);
        Assert.InRange(body.Length, 10, 200_000);
        using var json = JsonDocument.Parse(body);
        Assert.True(answer.StatusCode == HttpStatusCode.BadRequest || json.RootElement.GetProperty("errors").GetArrayLength() > 0, body);
    }

    [Fact]
    public async Task Fragments_ThatMultiply_AreCountedInTheirPlaces()
    {
        // Ten fragments, each asking twice for the next, one level deeper: 2 to the power of 10 fields from 30 written ones.
        var query = new StringBuilder("{ __type(name: \"MlflowRunInfo\") { ...F0 } }");
        for (var i = 0; i < 10; i++)
        {
            query.Append($" fragment F{i} on __Type {{ a: ofType {{ ...F{i + 1} }} b: ofType {{ ...F{i + 1} }} }}");
        }

        var answer = await AskAsync(query.Append(" fragment F10 on __Type { name }").ToString());
        Assert.Contains("exceeds maximum total selections of 1000", Assert.Single(answer.GetProperty("errors").EnumerateArray()).GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Query_OfMoreThan64KiB_IsRefused_AndABodyOfMoreThanAMegabyte()
    {
        using var query = await SendAsync(JsonSerializer.Serialize(new { query = "{ __typename }" + new string(' ', 70_000) }));
        await AssertRefusedAsync(query, HttpStatusCode.BadRequest);

        // Refused by its length: who sends it at once, without asking, may find the connection closed before all of it is sent.
        using var request = new HttpRequestMessage(HttpMethod.Post, Path)
        {
            Content = new StringContent(JsonSerializer.Serialize(new { query = "{ __typename }", variables = new { s = new string('x', 2 << 20) } }), Encoding.UTF8, "application/json"),
        };
        request.Headers.ExpectContinue = true;
        using var body = await platform.Http.SendAsync(request, Ct);
        await AssertRefusedAsync(body, HttpStatusCode.RequestEntityTooLarge);
    }

    [Fact]
    public async Task Query_OfAnyTokens_IsAnsweredOrRefused()
    {
        string[] tokens = ["{", "}", "(", ")", "[", "]", ":", "...", "@skip(if: true)", "$a", "$", "!", "=", "query", "mutation", "fragment F on Test", "...F", "on", "test", "mlflowGetRun", "(inputString: \"x\")", "(input: {runId: \"x\"})", "output", "run", "{ output }", "\"", "\"\"\"", "5", "-", "null", "true", "__typename", "__schema", "#", "é"];
        var random = new Random(20_260_311);
        for (var i = 0; i < 400; i++)
        {
            var query = string.Join(' ', Enumerable.Range(0, random.Next(1, 14)).Select(_ => tokens[random.Next(tokens.Length)]));
            using var answer = await SendAsync(JsonSerializer.Serialize(new { query = i % 2 == 0 ? query : $"{{ test(inputString: \"a\") {query} }}" }));
            Assert.True(answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.BadRequest, $"{query}: {answer.StatusCode} {await answer.Content.ReadAsStringAsync(Ct)}");
        }
    }

    [Fact]
    public async Task Method_OfAnotherKind_IsRefusedInMlflowsShape()
    {
        using var answer = await platform.Http.DeleteAsync(Path, Ct);
        await AssertRefusedAsync(answer, HttpStatusCode.MethodNotAllowed);
        using var form = await platform.Http.PostAsync(Path, new StringContent("query={__typename}", Encoding.UTF8, "application/x-www-form-urlencoded"), Ct);
        await AssertRefusedAsync(form, HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Limits_AreThoseOfMlflowsVariables()
    {
        await using var strict = new ServingPlatform { Settings = { ["MLFLOW_SERVER_GRAPHQL_MAX_ROOT_FIELDS"] = "1", ["MLOps:Gateway:GraphQl:MaxAliases"] = "2" } };
        await strict.InitializeAsync();
        async Task<string?> Error(string query) => (await strict.Http.PostAsync(Path, new { query })).GetProperty("errors") is { ValueKind: JsonValueKind.Array } errors ? errors[0].GetString() : null;
        Assert.Null(await Error("{ a: __typename }"));
        Assert.Contains("at most 1 root fields, got 2 root fields", await Error("{ a: __typename ...F } fragment F on Query { b: __typename }"), StringComparison.Ordinal);
        Assert.Contains("at most 2 aliases, got 3 aliases", await Error("{ test(inputString: \"a\") { a: output b: output ... { c: output } } }"), StringComparison.Ordinal);
    }

    private static async Task AssertRefusedAsync(HttpResponseMessage answer, HttpStatusCode status)
    {
        var body = await answer.Content.ReadAsStringAsync(Ct);
        Assert.True(answer.StatusCode == status, $"expected {status}, got {answer.StatusCode}: {body}");
        using var json = JsonDocument.Parse(body);
        Assert.NotEmpty(json.RootElement.GetProperty("error_code").GetString()!);
        Assert.InRange(json.RootElement.GetProperty("message").GetString()!.Length, 1, 2000);
    }

    private Task<JsonElement> PostAsync(string path, object body) => platform.Http.PostAsync(MlflowHttp.Api + path, body);

    private Task<JsonElement> AskAsync(string query, object? variables = null) => platform.Http.PostAsync(Path, new { query, variables });

    private async Task<HttpResponseMessage> SendAsync(string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        return await platform.Http.PostAsync(Path, content, Ct);
    }
}
