using System.Net;
using MLOps.Gateway.Tests.Endpoints;
using static MLOps.Gateway.Tests.Mlflow.JsonCalls;

namespace MLOps.Gateway.Tests.Mlflow;

/// <summary>The routes of traces as MLflow's clients and its page call them.</summary>
public sealed class TraceRoutesTests(ServingPlatform platform) : IClassFixture<ServingPlatform>
{
    private const string Traces = "/api/3.0/mlflow/traces";
    private const string TracesV2 = "/api/2.0/mlflow/traces";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/api")]
    [InlineData("/ajax-api")]
    public async Task Trace_StartedWithEverything_AnswersMlflowsShape(string prefix)
    {
        var id = NewId();
        var (status, body) = await SendAsync(HttpMethod.Post, $"{prefix}/3.0/mlflow/traces", Start(id, """
            "request_time":"2024-05-06T07:08:09.123456Z","execution_duration":"-0.25s","state":3,"client_request_id":"c","tags":{"a":"b"},
            "assessments":[{"assessment_name":"ok","source":{"source_type":"HUMAN","source_id":"me"},"feedback":{"value":true}}]
            """));
        Assert.Equal((HttpStatusCode.OK, string.Empty), (status, status == HttpStatusCode.OK ? string.Empty : body));
        var (_, read) = await SendAsync(HttpMethod.Get, $"{prefix}/3.0/mlflow/traces/{id}");
        Assert.Equal(body, read);
        var info = Json(read).GetProperty("trace").GetProperty("trace_info");
        Assert.Equal(
            ("2024-05-06T07:08:09.123Z", "-0.250s", "IN_PROGRESS", "c"),
            (info.GetProperty("request_time").GetString(), info.GetProperty("execution_duration").GetString(), info.GetProperty("state").GetString(), info.GetProperty("client_request_id").GetString()));
        Assert.True(info.GetProperty("assessments")[0].GetProperty("feedback").GetProperty("value").GetBoolean());
    }

    [Fact]
    public async Task Assessments_ThroughTheirLife_KeepTheirShape()
    {
        var id = await StartAsync();
        var (_, made) = await SendAsync(HttpMethod.Post, $"{Traces}/{id}/assessments", """
            {"assessment":{"assessment_name":"answer","source":{"source_type":"LLM_JUDGE","source_id":"j"},"expectation":{"serialized_value":{"serialization_format":"JSON_FORMAT","value":"{\"a\":[1]}"}},"metadata":{"k":"v"}}}
            """);
        var assessment = Json(made).GetProperty("assessment");
        Assert.Equal("""{"serialized_value":{"serialization_format":"JSON_FORMAT","value":"{\"a\": [1]}"}}""", assessment.GetProperty("expectation").GetRawText());
        var one = $"{Traces}/{id}/assessments/{assessment.GetProperty("assessment_id").GetString()}";
        Assert.Equal(made, (await SendAsync(HttpMethod.Get, one)).Body);
        var (_, updated) = await SendAsync(HttpMethod.Patch, one, """{"assessment":{"assessment_name":"renamed","rationale":"because","expectation":{"value":5}},"update_mask":"assessmentName,expectation"}""");
        var changed = Json(updated).GetProperty("assessment");
        Assert.Equal(("renamed", 5.0, false), (changed.GetProperty("assessment_name").GetString(), changed.GetProperty("expectation").GetProperty("value").GetDouble(), changed.TryGetProperty("rationale", out _)));
        Assert.Equal((HttpStatusCode.OK, "{}"), await SendAsync(HttpMethod.Delete, one));
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(HttpMethod.Get, one)).Status);
    }

    [Fact]
    public async Task Feedback_WithAnError_IsAnsweredWithIt()
    {
        var id = await StartAsync();
        var (status, made) = await SendAsync(HttpMethod.Post, $"{Traces}/{id}/assessments", """
            {"assessment":{"assessment_name":"judge","source":{"source_type":2,"source_id":"j"},"feedback":{"error":{"error_code":"RATE","error_message":"slow down"}}}}
            """);
        Assert.Equal(HttpStatusCode.OK, status);
        var assessment = Json(made).GetProperty("assessment");
        Assert.Equal("LLM_JUDGE", assessment.GetProperty("source").GetProperty("source_type").GetString());
        Assert.Equal("""{"error_code":"RATE","error_message":"slow down"}""", assessment.GetProperty("feedback").GetProperty("error").GetRawText());
    }

    [Fact]
    public async Task DeprecatedTrace_StartedTaggedEndedFoundDeleted_AnswersTheOldShape()
    {
        var (_, started) = await SendAsync(HttpMethod.Post, TracesV2, """{"experiment_id":"0","timestamp_ms":1000,"request_metadata":[{"key":"m","value":"1"}],"tags":[{"key":"old","value":"yes"}]}""");
        var id = Json(started).GetProperty("trace_info").GetProperty("request_id").GetString();
        Assert.Equal((HttpStatusCode.OK, "{}"), await SendAsync(HttpMethod.Patch, $"{TracesV2}/{id}/tags", """{"key":"x","value":"y"}"""));
        var (_, ended) = await SendAsync(HttpMethod.Patch, $"{TracesV2}/{id}", """{"timestamp_ms":1500,"status":"OK","request_metadata":[],"tags":[]}""");
        var info = Json(ended).GetProperty("trace_info");
        Assert.Equal((500L, "OK", 1000L), (info.GetProperty("execution_time_ms").GetInt64(), info.GetProperty("status").GetString(), info.GetProperty("timestamp_ms").GetInt64()));
        Assert.Equal((HttpStatusCode.OK, "{}"), await SendAsync(HttpMethod.Delete, $"{TracesV2}/{id}/tags", """{"key":"x"}"""));
        var (_, found) = await SendAsync(HttpMethod.Get, $"{TracesV2}?experiment_ids=0&filter={Uri.EscapeDataString("tags.old = 'yes'")}&max_results=5");
        Assert.Equal([id], Json(found).GetProperty("traces").EnumerateArray().Select(trace => trace.GetProperty("request_id").GetString()));
        Assert.Equal(id, Json((await SendAsync(HttpMethod.Get, $"{TracesV2}/{id}/info")).Body).GetProperty("trace_info").GetProperty("request_id").GetString());
        Assert.Equal((HttpStatusCode.OK, """{"traces_deleted":1}"""), await SendAsync(HttpMethod.Post, $"{TracesV2}/delete-traces", $$"""{"experiment_id":"0","request_ids":["{{id}}"]}"""));
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(HttpMethod.Get, $"{TracesV2}/{id}/info")).Status);
    }

    [Fact]
    public async Task Spans_OfATrace_AreReadWholeInABatchAndAsAFile()
    {
        Assert.Equal(200, (await Otlp.Otlp.SendAsync(platform.Http, Otlp.Otlp.Body(Otlp.Otlp.Span(91, 1, null, "root"), Otlp.Otlp.Span(91, 2, 1, "child")))).Status);
        var id = $"tr-{91:x32}";
        var batch = await platform.Http.GetJsonAsync($"{Traces}/batchGet?trace_ids={id}&trace_ids=tr-nope");
        Assert.Equal(2, batch.GetProperty("traces")[0].GetProperty("spans").GetArrayLength());
        var infos = await platform.Http.PostAsync($"{Traces}/batchGetInfos", new { trace_ids = new[] { "tr-nope", id } });
        Assert.Equal([id], infos.GetProperty("trace_infos").EnumerateArray().Select(info => info.GetProperty("trace_id").GetString()));
        using var file = await platform.Http.GetAsync($"/ajax-api/3.0/mlflow/get-trace-artifact?request_id={id}", Ct);
        Assert.Equal(("attachment; filename=traces.json", "text/plain"), (file.Content.Headers.ContentDisposition?.ToString(), file.Content.Headers.ContentType?.MediaType));
        var content = Json(await file.Content.ReadAsStringAsync(Ct)).GetProperty("spans")[0];
        Assert.Equal("\"" + id + "\"", content.GetProperty("attributes").GetProperty("mlflow.traceRequestId").GetString());
        Assert.Equal(HttpStatusCode.BadRequest, (await SendAsync(HttpMethod.Get, "/ajax-api/2.0/mlflow/get-trace-artifact")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(HttpMethod.Get, "/ajax-api/2.0/mlflow/get-trace-artifact?request_id=tr-nope")).Status);
    }

    [Fact]
    public async Task SpansFile_AmongTheArtifacts_IsServedFromThere()
    {
        var id = await StartAsync();
        var uri = Json((await SendAsync(HttpMethod.Get, $"{Traces}/{id}")).Body).GetProperty("trace").GetProperty("trace_info").GetProperty("tags").GetProperty("mlflow.artifactLocation").GetString()!;
        await platform.Http.PutAsync($"{MlflowHttp.Proxy}artifacts/{uri["mlflow-artifacts:/".Length..]}/traces.json", """{"spans":[]}""");
        Assert.Equal((HttpStatusCode.OK, """{"spans":[]}"""), await SendAsync(HttpMethod.Get, $"/ajax-api/2.0/mlflow/get-trace-artifact?request_id={id}"));
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(HttpMethod.Get, $"{Traces}/get?trace_id={id}")).Status);
    }

    [Fact]
    public async Task Attachment_OfATrace_IsServedByItsId()
    {
        var id = await StartAsync();
        var uri = Json((await SendAsync(HttpMethod.Get, $"{Traces}/{id}")).Body).GetProperty("trace").GetProperty("trace_info").GetProperty("tags").GetProperty("mlflow.artifactLocation").GetString()!;
        const string attachment = "0f8fad5b-d9cb-469f-a165-70867728950e";
        await platform.Http.PutAsync($"{MlflowHttp.Proxy}artifacts/{uri["mlflow-artifacts:/".Length..]}/attachments/{attachment}", "a picture");
        await platform.Http.PutAsync($"{MlflowHttp.Proxy}artifacts/{uri["mlflow-artifacts:/".Length..]}/other", "not an attachment");
        var route = $"/ajax-api/2.0/mlflow/get-trace-artifact?request_id={id}&path=";
        Assert.Equal((HttpStatusCode.OK, "a picture"), await SendAsync(HttpMethod.Get, route + attachment));
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(HttpMethod.Get, route + Guid.NewGuid())).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await SendAsync(HttpMethod.Get, route + "../other")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await SendAsync(HttpMethod.Get, route + attachment.ToUpperInvariant())).Status);
    }

    [Fact]
    public async Task Search_InNoExperiment_FindsNothing() =>
        Assert.Equal((HttpStatusCode.OK, "{}"), await SendAsync(HttpMethod.Post, Traces + "/search", """{"locations":[],"max_results":1,"order_by":["timestamp DESC"]}"""));

    [Fact]
    public async Task Links_MetricsAndCorrelation_AreAnswered()
    {
        var experiment = (await platform.Http.PostAsync(MlflowHttp.Api + "experiments/create", new { name = Guid.NewGuid().ToString("n") })).GetProperty("experiment_id").GetString()!;
        var id = await StartAsync(experiment);
        var run = (await platform.Http.PostAsync(MlflowHttp.Api + "runs/create", new { experiment_id = experiment })).GetProperty("run").GetProperty("info").GetProperty("run_id").GetString();
        await platform.Http.PostAsync(TracesV2 + "/link-to-run", new { trace_ids = new[] { id }, run_id = run });
        await platform.Http.PostAsync(TracesV2 + "/link-prompts", new { trace_id = id, prompt_versions = new[] { new { name = "p", version = "1" } } });
        var locations = new[] { new { type = "MLFLOW_EXPERIMENT", mlflow_experiment = new { experiment_id = experiment } } };
        var found = await platform.Http.PostAsync(Traces + "/search", new { locations, filter = $"run_id = '{run}' AND prompt = 'p/1'" });
        Assert.Equal(id, found.GetProperty("traces")[0].GetProperty("trace_id").GetString());
        var metrics = await platform.Http.PostAsync(
            Traces + "/metrics",
            new { experiment_ids = new[] { experiment }, view_type = "TRACES", metric_name = "latency", aggregations = new object[] { new { aggregation_type = "AVG" }, new { aggregation_type = "PERCENTILE", percentile_value = 95 } } });
        Assert.Equal("""{"data_points":[{"metric_name":"latency","values":{"AVG":1500,"P95.0":1500}}]}""", metrics.GetRawText());
        var correlation = await platform.Http.PostAsync(Traces + "/calculate-filter-correlation", new { experiment_ids = new[] { experiment }, filter_string1 = "status = 'OK'", filter_string2 = "status = 'ERROR'" });
        Assert.Equal("""{"npmi":"NaN","npmi_smoothed":"NaN","filter1_count":1,"filter2_count":0,"joint_count":0,"total_count":1}""", correlation.GetRawText());
    }

    [Theory]
    [InlineData("POST", "", "{}")]
    [InlineData("POST", "", """{"trace":{}}""")]
    [InlineData("POST", "", """{"trace":{"trace_info":{"trace_id":"t"}}}""")]
    [InlineData("POST", "", """{"trace":{"trace_info":{"trace_id":"t","trace_location":{"mlflow_experiment":{"experiment_id":"0"}},"request_time":"yesterday"}}}""")]
    [InlineData("POST", "", """{"trace":{"trace_info":{"trace_id":"t","trace_location":{"mlflow_experiment":{"experiment_id":"0"}},"execution_duration":"long"}}}""")]
    [InlineData("POST", "", """{"trace":{"trace_info":{"trace_id":"t","trace_location":{"mlflow_experiment":{"experiment_id":"0"}},"state":"GREAT"}}}""")]
    [InlineData("POST", "", """{"trace":{"trace_info":{"trace_id":"t","trace_location":{"mlflow_experiment":{"experiment_id":"0"}},"tags":{"a":1}}}}""")]
    [InlineData("POST", "", """{"trace":{"trace_info":{"trace_id":"t","trace_location":{"mlflow_experiment":{"experiment_id":"0"}},"tags":{"\ud800":"a"}}}}""")]
    [InlineData("POST", "", """{"trace":{"trace_info":{"trace_id":"t","trace_location":{"mlflow_experiment":{"experiment_id":"0"}},"tags":{"a":"\ud800"}}}}""")]
    [InlineData("POST", "", """{"trace":{"trace_info":{"trace_id":"t","trace_location":{"mlflow_experiment":{"experiment_id":"0"}},"assessments":[{"assessment_name":"x"}]}}}""")]
    [InlineData("POST", "/search", """{"max_results":5}""")]
    [InlineData("POST", "/search", """{"max_results":1}""")]
    [InlineData("POST", "/search", """{"locations":[{"mlflow_experiment":{"experiment_id":"0"}}],"max_results":501}""")]
    [InlineData("POST", "/search", """{"locations":[{"mlflow_experiment":{"experiment_id":"0"}}],"max_results":0}""")]
    [InlineData("POST", "/search", """{"locations":[{"mlflow_experiment":{"experiment_id":"0"}}],"page_token":"%%%"}""")]
    [InlineData("POST", "/search", """{"locations":[{"mlflow_experiment":{"experiment_id":"x"}}]}""")]
    [InlineData("POST", "/search", """{"locations":[{"mlflow_experiment":{"experiment_id":"0"}}],"filter":"name RLIKE '(a+)+\\1'"}""")]
    [InlineData("POST", "/search", """{"locations":[{"mlflow_experiment":{"experiment_id":"0"}}],"filter":"name = 'x'; DROP TABLE spans"}""")]
    [InlineData("POST", "/batchGetInfos", "{}")]
    [InlineData("POST", "/delete-traces", """{"experiment_id":"0"}""")]
    [InlineData("POST", "/delete-traces", """{"request_ids":["a"]}""")]
    [InlineData("POST", "/metrics", """{"experiment_ids":["0"],"view_type":"ODD","metric_name":"latency","aggregations":[{"aggregation_type":"AVG"}]}""")]
    [InlineData("POST", "/metrics", """{"experiment_ids":["0"],"view_type":1,"metric_name":"latency","aggregations":[{"aggregation_type":"PERCENTILE"}]}""")]
    [InlineData("POST", "/calculate-filter-correlation", """{"experiment_ids":["0"],"filter_string1":"x"}""")]
    [InlineData("GET", "/batchGet", null)]
    [InlineData("GET", "/get", null)]
    public async Task Call_ThatIsWrong_IsRefusedInMlflowsShape(string method, string path, string? body)
    {
        var (status, answer) = await SendAsync(new HttpMethod(method), Traces + path, body);
        Assert.Equal((HttpStatusCode.BadRequest, "INVALID_PARAMETER_VALUE"), (status, Json(answer).GetProperty("error_code").GetString()));
    }

    [Fact]
    public async Task Assessment_NestedDeeply_NeverFailsTheServer()
    {
        var id = await StartAsync();
        foreach (var depth in (int[])[80, 5000])
        {
            var (status, _) = await SendAsync(HttpMethod.Post, $"{Traces}/{id}/assessments", """{"assessment":{"assessment_name":"a","feedback":{"value":""" + new string('[', depth) + new string(']', depth) + "}}}");
            Assert.Equal(depth == 80 ? HttpStatusCode.OK : HttpStatusCode.BadRequest, status);
        }
    }

    private static string NewId() => $"tr-{Guid.NewGuid():n}";

    private static string Start(string id, string fields, string experiment = "0") =>
        $$"""{"trace":{"trace_info":{"trace_id":"{{id}}","trace_location":{"type":"MLFLOW_EXPERIMENT","mlflow_experiment":{"experiment_id":"{{experiment}}"} },{{fields}} } } }""";

    private async Task<string> StartAsync(string experiment = "0")
    {
        var id = NewId();
        var (status, body) = await SendAsync(HttpMethod.Post, Traces, Start(id, """ "request_time":"2024-01-01T00:00:00Z","execution_duration":"1.5s","state":"OK" """, experiment));
        Assert.True(status == HttpStatusCode.OK, body);
        return id;
    }

    private Task<(HttpStatusCode Status, string Body)> SendAsync(HttpMethod method, string path, string? body = null) =>
        platform.Http.SendJsonAsync(method, path, body);
}
