using System.Net;
using System.Text.Json;
using MLOps.Gateway.Tests.Endpoints;
using static MLOps.Gateway.Tests.Mlflow.JsonCalls;

namespace MLOps.Gateway.Tests.Mlflow;

/// <summary>Evaluation datasets, scorers and issues as MLflow's clients call them.</summary>
public sealed class EvaluationRoutesTests(ServingPlatform platform) : IClassFixture<ServingPlatform>
{
    private const string Datasets = "/api/3.0/mlflow/datasets";
    private const string Scorers = "/api/3.0/mlflow/scorers";
    private const string Issues = "/api/3.0/mlflow/issues";

    [Theory]
    [InlineData("/api")]
    [InlineData("/ajax-api")]
    public async Task Dataset_WithTagsInAString_AnswersMlflowsShape(string prefix)
    {
        var name = NewName();
        var (_, made) = await SendAsync(HttpMethod.Post, $"{prefix}/3.0/mlflow/datasets/create", $$"""{"name":"{{name}}","experiment_ids":["0"],"tags":"{\"team\": \"ml\"}"}""");
        var dataset = Json(made).GetProperty("dataset");
        var id = dataset.GetProperty("dataset_id").GetString();
        Assert.Equal(("""{"team": "ml"}""", "0", 8), (dataset.GetProperty("tags").GetString(), dataset.GetProperty("experiment_ids")[0].GetString(), dataset.GetProperty("digest").GetString()!.Length));
        Assert.Equal((HttpStatusCode.OK, "{}"), await SendAsync(HttpMethod.Patch, $"{Datasets}/{id}/tags", """{"tags":"{\"team\": \"data\", \"n\": 5, \"left\": null}"}"""));
        Assert.Equal((HttpStatusCode.OK, "{}"), await SendAsync(HttpMethod.Delete, $"{Datasets}/{id}/tags/n"));
        var read = Json((await SendAsync(HttpMethod.Get, $"{Datasets}/{id}")).Body).GetProperty("dataset");
        Assert.Equal(("""{"team": "data"}""", false), (read.GetProperty("tags").GetString(), read.TryGetProperty("experiment_ids", out _)));
        Assert.Equal("""{"experiment_ids":["0"]}""", (await SendAsync(HttpMethod.Get, $"{Datasets}/{id}/experiment-ids")).Body);
        var found = Json((await SendAsync(HttpMethod.Post, $"{Datasets}/search", $$"""{"filter_string":"name = '{{name}}'","max_results":5}""")).Body).GetProperty("datasets");
        Assert.Equal(id, found[0].GetProperty("dataset_id").GetString());
        Assert.Equal((HttpStatusCode.OK, "{}"), await SendAsync(HttpMethod.Delete, $"{Datasets}/{id}"));
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(HttpMethod.Get, $"{Datasets}/{id}")).Status);
    }

    [Fact]
    public async Task Records_SentInAString_ComeBackInOne()
    {
        var made = Json((await SendAsync(HttpMethod.Post, $"{Datasets}/create", $$"""{"name":"{{NewName()}}"}""")).Body);
        var records = $"{Datasets}/{made.GetProperty("dataset").GetProperty("dataset_id").GetString()}/records";
        var given = JsonSerializer.Serialize(new { records = """[{"inputs":{"q":"?"},"expectations":{"a":1},"source":{"source_type":"human","source_data":{"source_id":"s"}}},{"inputs":{"q":"!"}}]""" });
        Assert.Equal("""{"inserted_count":2,"updated_count":0}""", (await SendAsync(HttpMethod.Post, records, given)).Body);
        Assert.Equal("""{"inserted_count":0,"updated_count":2}""", (await SendAsync(HttpMethod.Post, records, given)).Body);
        var page = Json((await SendAsync(HttpMethod.Get, records + "?max_results=1")).Body);
        Assert.NotEmpty(page.GetProperty("next_page_token").GetString()!);
        var all = Json(Json((await SendAsync(HttpMethod.Get, records)).Body).GetProperty("records").GetString()!);
        var first = Assert.Single(all.EnumerateArray(), record => record.GetProperty("inputs").GetProperty("q").GetString() == "?");
        Assert.Equal(
            ("HUMAN", "s", 1, JsonValueKind.Number),
            (first.GetProperty("source_type").GetString(), first.GetProperty("source_id").GetString(), first.GetProperty("expectations").GetProperty("a").GetInt32(), first.GetProperty("created_time").ValueKind));
        var ids = JsonSerializer.Serialize(new { dataset_record_ids = all.EnumerateArray().Select(record => record.GetProperty("dataset_record_id").GetString()) });
        Assert.Equal("""{"deleted_count":2}""", (await SendAsync(HttpMethod.Delete, records, ids)).Body);
    }

    [Fact]
    public async Task Scorer_RegisteredTwice_IsReadByVersion()
    {
        var name = NewName();
        string Body(int a) => JsonSerializer.Serialize(new { experiment_id = "0", name, serialized_scorer = $$"""{"a":{{a}}}""" });
        Assert.Equal(1, Json((await SendAsync(HttpMethod.Post, $"{Scorers}/register", Body(1))).Body).GetProperty("version").GetInt32());
        Assert.Equal(2, Json((await SendAsync(HttpMethod.Post, $"{Scorers}/register", Body(2))).Body).GetProperty("version").GetInt32());
        var scorer = Json((await SendAsync(HttpMethod.Get, $"{Scorers}/get?experiment_id=0&name={name}&version=1")).Body).GetProperty("scorer");
        Assert.Equal((0, """{"a":1}""", 1), (scorer.GetProperty("experiment_id").GetInt32(), scorer.GetProperty("serialized_scorer").GetString(), scorer.GetProperty("scorer_version").GetInt32()));
        Assert.Equal(2, Json((await SendAsync(HttpMethod.Get, $"{Scorers}/versions?experiment_id=0&name={name}")).Body).GetProperty("scorers").GetArrayLength());
        Assert.Contains(Json((await SendAsync(HttpMethod.Get, $"{Scorers}/list?experiment_id=0")).Body).GetProperty("scorers").EnumerateArray(), listed => listed.GetProperty("scorer_name").GetString() == name);
        Assert.Equal((HttpStatusCode.OK, "{}"), await SendAsync(HttpMethod.Delete, $"{Scorers}/delete", $$"""{"experiment_id":"0","name":"{{name}}"}"""));
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(HttpMethod.Get, $"{Scorers}/get?experiment_id=0&name={name}")).Status);
    }

    [Fact]
    public async Task Issue_ThroughItsLife_AnswersMlflowsShape()
    {
        var experiment = (await platform.Http.PostAsync(MlflowHttp.Api + "experiments/create", new { name = NewName() })).GetProperty("experiment_id").GetString();
        var made = Json((await SendAsync(HttpMethod.Post, Issues, $$"""{"experiment_id":"{{experiment}}","name":"slow","description":"d","root_causes":["disk"]}""")).Body).GetProperty("issue");
        Assert.Equal(("pending", "disk", false), (made.GetProperty("status").GetString(), made.GetProperty("root_causes")[0].GetString(), made.TryGetProperty("severity", out _)));
        var one = $"{Issues}/{made.GetProperty("issue_id").GetString()}";
        var changed = Json((await SendAsync(HttpMethod.Patch, one, """{"status":"resolved","severity":"high"}""")).Body).GetProperty("issue");
        Assert.Equal(("resolved", "high"), (changed.GetProperty("status").GetString(), changed.GetProperty("severity").GetString()));
        Assert.Equal(changed.GetRawText(), Json((await SendAsync(HttpMethod.Get, one)).Body).GetProperty("issue").GetRawText());
        var page = Json((await SendAsync(HttpMethod.Post, $"{Issues}/search", $$"""{"experiment_id":"{{experiment}}","include_trace_count":true}""")).Body);
        Assert.Equal((0, string.Empty), (page.GetProperty("issues")[0].GetProperty("trace_count").GetInt32(), page.GetProperty("next_page_token").GetString()));
    }

    [Theory]
    [InlineData("POST", Datasets + "/create", "{}")]
    [InlineData("POST", Datasets + "/create", """{"name":"a","tags":"[]"}""")]
    [InlineData("POST", Datasets + "/d-1/records", """{"records":"{}"}""")]
    [InlineData("POST", Datasets + "/d-1/records", """{"records":"[{\"inputs\":1}]"}""")]
    [InlineData("POST", Datasets + "/d-1/records", """{"records":"[{\"inputs\":{},\"source\":{\"source_type\":\"x\"}}]"}""")]
    [InlineData("POST", Datasets + "/d-1/records", """{"records":"[{\"inputs\":{\"\\ud800\":1}}]"}""")]
    [InlineData("POST", Datasets + "/search", """{"max_results":0}""")]
    [InlineData("POST", Scorers + "/register", """{"experiment_id":"0","name":"a","serialized_scorer":"{\"call_source\":\"import os\"}"}""")]
    [InlineData("GET", Scorers + "/get?experiment_id=0&name=a&version=x", null)]
    [InlineData("PUT", Scorers + "/online-config", """{"experiment_id":"0","name":"a"}""")]
    [InlineData("GET", Scorers + "/online-configs", null)]
    [InlineData("POST", Issues, """{"experiment_id":"0","name":"a","description":"b","severity":"dire"}""")]
    [InlineData("POST", Issues + "/search", """{"filter_string":"name = 'a'"}""")]
    public async Task Call_ThatIsWrong_IsRefusedInMlflowsShape(string method, string path, string? body)
    {
        var (status, answer) = await SendAsync(new HttpMethod(method), path, body);
        Assert.Equal((HttpStatusCode.BadRequest, "INVALID_PARAMETER_VALUE"), (status, Json(answer).GetProperty("error_code").GetString()));
    }

    [Fact]
    public async Task Query_OfAThousandRuns_IsReadWhole()
    {
        // Refused for its number of runs, as MLflow refuses it, not for its length.
        var query = string.Join('&', Enumerable.Range(0, 1000).Select(i => $"run_id=run_{i}"));
        var (status, answer) = await SendAsync(HttpMethod.Get, $"/ajax-api/2.0/mlflow/metrics/get-history-bulk?metric_key=m&{query}");
        Assert.Equal((HttpStatusCode.BadRequest, "INVALID_PARAMETER_VALUE"), (status, Json(answer).GetProperty("error_code").GetString()));
    }

    [Fact]
    public async Task Flag_AsPythonWritesIt_IsRead()
    {
        var (status, _) = await SendAsync(HttpMethod.Get, "/api/3.0/mlflow/traces/get?trace_id=tr-none&allow_partial=False");
        Assert.Equal(HttpStatusCode.NotFound, status);
    }

    private static string NewName() => $"n{Guid.NewGuid():n}";

    private Task<(HttpStatusCode Status, string Body)> SendAsync(HttpMethod method, string path, string? body = null) =>
        platform.Http.SendJsonAsync(method, path, body);
}
