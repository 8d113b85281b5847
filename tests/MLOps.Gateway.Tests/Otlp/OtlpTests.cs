using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Google.Protobuf;
using MLOps.Gateway.Otlp.Messages;
using MLOps.Gateway.Tests.Endpoints;
using MLOps.Gateway.Tests.Mlflow;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Trace;

namespace MLOps.Gateway.Tests.Otlp;

/// <summary><c>POST /v1/traces</c>: what a real exporter sends, and what nobody should.</summary>
public sealed class OtlpTests(ServingPlatform platform) : IClassFixture<ServingPlatform>
{
    private const string Traces = "/api/3.0/mlflow/traces";

    [Fact]
    public async Task Exporter_OfOpenTelemetryForDotnet_IsUnderstood()
    {
        var source = $"test-{Guid.NewGuid():n}";
        using var activities = new ActivitySource(source);
        string trace;
        using (Sdk.CreateTracerProviderBuilder().AddSource(source).AddOtlpExporter(options =>
        {
            options.Endpoint = new Uri(platform.Http.BaseAddress!, "/v1/traces");
            options.Protocol = OtlpExportProtocol.HttpProtobuf;
            options.Headers = "x-mlflow-experiment-id=0";
            options.ExportProcessorType = ExportProcessorType.Batch;
        }).Build())
        {
            using var root = activities.StartActivity("answer");
            Assert.NotNull(root);
            root.SetTag("gen_ai.operation.name", "invoke_agent");
            root.SetTag("input.value", "what is two and two?");
            using (var child = activities.StartActivity("think"))
            {
                Assert.NotNull(child);
                child.SetTag("gen_ai.usage.input_tokens", 12);
                child.SetTag("gen_ai.usage.output_tokens", 3);
                child.SetTag("scores", new[] { 0.5, 1.0 });
                child.AddEvent(new ActivityEvent("token", tags: new ActivityTagsCollection { ["text"] = "four" }));
                child.SetStatus(ActivityStatusCode.Ok);
            }

            root.SetStatus(ActivityStatusCode.Error, "no");
            trace = "tr-" + root.TraceId.ToHexString();
        }

        var answer = (await platform.Http.GetJsonAsync($"{Traces}/get?trace_id={trace}")).GetProperty("trace");
        var info = answer.GetProperty("trace_info");
        Assert.Equal(("ERROR", "what is two and two?"), (info.GetProperty("state").GetString(), info.GetProperty("request_preview").GetString()?.Trim('"')));
        Assert.Equal("answer", info.GetProperty("tags").GetProperty("mlflow.traceName").GetString());
        Assert.Equal("""{"input_tokens": 12, "output_tokens": 3, "total_tokens": 15}""", info.GetProperty("trace_metadata").GetProperty("mlflow.trace.tokenUsage").GetString());
        var spans = answer.GetProperty("spans").EnumerateArray().ToList();
        Assert.Equal(["answer", "think"], spans.Select(span => span.GetProperty("name").GetString()));
        Assert.Equal(spans[0].GetProperty("span_id").GetString(), spans[1].GetProperty("parent_span_id").GetString());
        Assert.Equal("STATUS_CODE_ERROR", spans[0].GetProperty("status").GetProperty("code").GetString());
        Assert.Equal(
            """{"array_value":{"values":[{"double_value":0.5},{"double_value":1.0}]}}""",
            spans[1].GetProperty("attributes").EnumerateArray().Single(attribute => attribute.GetProperty("key").GetString() == "scores").GetProperty("value").GetRawText());
        Assert.Equal("token", spans[1].GetProperty("events")[0].GetProperty("name").GetString());
        Assert.Contains(trace, await FoundAsync("span.type = 'AGENT' AND span.name = 'answer'"));

        // Of one span, not of two of the trace.
        Assert.DoesNotContain(trace, await FoundAsync("span.type = 'AGENT' AND span.name = 'think'"));
    }

    private async Task<IReadOnlyList<string?>> FoundAsync(string filter)
    {
        var found = await platform.Http.PostAsync(Traces + "/search", new { locations = new[] { new { type = "MLFLOW_EXPERIMENT", mlflow_experiment = new { experiment_id = "0" } } }, filter });
        return found.TryGetProperty("traces", out var traces) ? [.. traces.EnumerateArray().Select(item => item.GetProperty("trace_id").GetString())] : [];
    }

    [Theory]
    [InlineData(null)]
    [InlineData("gzip")]
    public async Task Spans_PlainOrPacked_AreAnsweredInProtobuf(string? encoding)
    {
        var body = Otlp.Body(Otlp.Span(1, 1), Otlp.Span(2, 2));
        var answer = await Otlp.SendAsync(platform.Http, encoding is null ? body : Otlp.Gzip(body), encoding: encoding);
        Assert.Equal((200, "application/x-protobuf", string.Empty), answer);
        foreach (var last in (int[])[1, 2])
        {
            var trace = await platform.Http.GetJsonAsync($"{Traces}/tr-{last:x32}");
            Assert.Equal("0.500s", trace.GetProperty("trace").GetProperty("trace_info").GetProperty("execution_duration").GetString());
        }
    }

    [Fact]
    public async Task Spans_WithoutTheHeaderOrInAnotherForm_AreRefusedAsMlflowDoes()
    {
        var body = Otlp.Body(Otlp.Span(3, 1));
        Assert.Equal((422, """{"detail":[{"type":"missing","loc":["header","x-mlflow-experiment-id"],"msg":"Field required","input":null}]}"""), Short(await Otlp.SendAsync(platform.Http, body, experiment: null)));
        Assert.Equal((400, """{"detail":"Invalid Content-Type: text/plain. Expected: application/x-protobuf or application/json"}"""), Short(await Otlp.SendAsync(platform.Http, body, type: "text/plain")));
        Assert.Equal((400, """{"detail":"Invalid OpenTelemetry format"}"""), Short(await Otlp.SendAsync(platform.Http, Encoding.UTF8.GetBytes("this is not valid protobuf data"))));
        Assert.Equal((400, """{"detail":"Invalid OpenTelemetry format - no spans found"}"""), Short(await Otlp.SendAsync(platform.Http, [])));
        Assert.Equal((415, """{"detail":"Unsupported Content-Encoding: br"}"""), Short(await Otlp.SendAsync(platform.Http, body, encoding: "br")));
        Assert.Equal((400, """{"detail":"Failed to decompress gzip payload"}"""), Short(await Otlp.SendAsync(platform.Http, body, encoding: "gzip")));
        Assert.Equal(422, (await Otlp.SendAsync(platform.Http, body, experiment: "no-number")).Status);
        Assert.Equal(
            (422, $$"""{"detail":"Failed to log OpenTelemetry spans: Trace tr-{{3:x32}}: No Experiment with id=987 exists"}"""),
            Short(await Otlp.SendAsync(platform.Http, body, experiment: "987")));
    }

    [Fact]
    public async Task Spans_WithIdsOrTimesThatAreNone_AreRefused()
    {
        var noTrace = Otlp.Span(4, 1);
        noTrace.TraceId = Google.Protobuf.ByteString.Empty;
        var noSpan = Otlp.Span(4, 1);
        noSpan.SpanId = Google.Protobuf.ByteString.Empty;
        var longSpan = Otlp.Span(4, 1);
        longSpan.SpanId = Otlp.Id(9, 1);
        var late = Otlp.Span(4, 1);
        late.StartTimeUnixNano = ulong.MaxValue;
        foreach (var span in (Span[])[noTrace, noSpan, longSpan, late])
        {
            var (status, _, text) = await Otlp.SendAsync(platform.Http, Otlp.Body(span));
            Assert.Equal(422, status);
            Assert.Contains("Cannot convert OpenTelemetry span to MLflow span", text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Spans_WithIdsOfZeros_AreTakenAsMlflowTakesThem()
    {
        Assert.Equal(200, (await Otlp.SendAsync(platform.Http, Otlp.Body(Otlp.Span(0, 0)))).Status);
        var trace = await platform.Http.GetJsonAsync($"{Traces}/get?trace_id=tr-{0:x32}");
        Assert.Single(trace.GetProperty("trace").GetProperty("spans").EnumerateArray());
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/json; charset=utf-8")]
    public async Task Spans_InJson_AreReadAndAnsweredInJson(string type)
    {
        var id = Guid.NewGuid().ToString("n");
        var body = $$$$"""
            {"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"gemini-cli"}}]},"unknown":1,"scopeSpans":[{"scope":{"name":"s"},"spans":[
              {"traceId":"{{{{id}}}}","spanId":"508755a859b294e3","name":"root","startTimeUnixNano":"1000000000","endTimeUnixNano":"1500000000","status":{"code":2,"message":"no"},
               "attributes":[{"key":"n","value":{"intValue":"7"}},{"key":"list","value":{"arrayValue":{"values":[{"boolValue":true}]}}}]},
              {"traceId":"{{{{id}}}}","spanId":"508755a859b294e4","parentSpanId":"508755a859b294e3","name":"child","startTimeUnixNano":"1000000001","endTimeUnixNano":"1400000000"}]}]}]}
            """;
        Assert.Equal((200, "application/json", "{}"), await Otlp.SendAsync(platform.Http, Encoding.UTF8.GetBytes(body), type: type));
        var trace = (await platform.Http.GetJsonAsync($"{Traces}/get?trace_id=tr-{id}")).GetProperty("trace");
        Assert.Equal("ERROR", trace.GetProperty("trace_info").GetProperty("state").GetString());
        var spans = trace.GetProperty("spans").EnumerateArray().ToList();
        Assert.Equal(["root", "child"], spans.Select(span => span.GetProperty("name").GetString()));
        Assert.Equal(spans[0].GetProperty("span_id").GetString(), spans[1].GetProperty("parent_span_id").GetString());
        var root = Attributes(spans[0]);
        Assert.Equal(("7", "gemini-cli"), (root["n"].GetProperty("int_value").ToString(), root["service.name"].GetProperty("string_value").GetString()));
        Assert.DoesNotContain("service.name", Attributes(spans[1]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("""{"resourceSpans":[]}""")]
    [InlineData("""{"resourceSpans":7}""")]
    [InlineData("""{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"xyz","spanId":"508755a859b294e3"}]}]}]}""")]
    [InlineData("""{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":7}]}]}]}""")]
    [InlineData("""{"resourceSpans":[{"scopeSpans":[{"spans":[{"spanId":"508755a859b294e3","spanId":"508755a859b294e3"}]}]}]}""")]
    public async Task Json_ThatIsNoneOfOtlp_IsRefused(string body) =>
        Assert.Equal(400, (await Otlp.SendAsync(platform.Http, Encoding.UTF8.GetBytes(body), type: "application/json")).Status);

    [Theory]
    [InlineData("gemini-cli", true)]
    [InlineData("desk", false)]
    public async Task ServiceName_OfAProgramThatMlflowKnows_IsOnTheRootSpan(string service, bool shown)
    {
        var trace = (byte)(shown ? 21 : 22);
        var resource = new Resource { Attributes = { new KeyValue { Key = "service.name", Value = Otlp.Text(service) } } };
        var request = new ExportTraceServiceRequest { ResourceSpans = { new ResourceSpans { Resource = resource, ScopeSpans = { new ScopeSpans { Spans = { Otlp.Span(trace, 1), Otlp.Span(trace, 2, 1) } } } } } };
        Assert.Equal(200, (await Otlp.SendAsync(platform.Http, request.ToByteArray())).Status);
        var spans = (await platform.Http.GetJsonAsync($"{Traces}/get?trace_id=tr-{trace:x32}")).GetProperty("trace").GetProperty("spans").EnumerateArray().Select(Attributes).ToList();
        Assert.Equal([shown, false], spans.Select(attributes => attributes.ContainsKey("service.name")));
    }

    [Fact]
    public async Task Spans_OfAHostileClient_NeverFailTheServer()
    {
        var nested = new AnyValue { IntValue = 1 };
        for (var depth = 0; depth < 500; depth++)
        {
            nested = new AnyValue { ArrayValue = new ArrayValue { Values = { nested } } };
        }

        Assert.Equal(400, (await Otlp.SendAsync(platform.Http, Otlp.Body(Otlp.Span(5, 1, null, "deep", ("a", nested))))).Status);
        var many = Enumerable.Range(0, 50_000).Select(i => ($"k{i}", Otlp.Text("v"))).ToArray();
        Assert.Equal(200, (await Otlp.SendAsync(platform.Http, Otlp.Body(Otlp.Span(6, 1, null, new string('n', 100_000), many)))).Status);
        var odd = Otlp.Span(7, 1, null, "odd", ("lone", Otlp.Text("x\u0001y")), ("nan", new AnyValue { DoubleValue = double.NaN }), ("bytes", new AnyValue { BytesValue = Otlp.Id(3, 9) }), ("none", new AnyValue()));
        odd.EndTimeUnixNano = 1;
        Assert.Equal(200, (await Otlp.SendAsync(platform.Http, Otlp.Body(odd))).Status);
        var read = await platform.Http.GetJsonAsync($"{Traces}/get?trace_id=tr-{7:x32}");
        Assert.Equal("odd", read.GetProperty("trace").GetProperty("spans")[0].GetProperty("name").GetString());
        var packed = Otlp.Gzip(new byte[80 << 20]);
        Assert.Equal(413, (await Otlp.SendAsync(platform.Http, packed, encoding: "gzip")).Status);
    }

    private static (int Status, string Body) Short((int Status, string? Type, string Body) answer)
    {
        Assert.Equal("application/json", answer.Type);
        return (answer.Status, answer.Body);
    }

    private static Dictionary<string, JsonElement> Attributes(JsonElement span) =>
        span.GetProperty("attributes").EnumerateArray().ToDictionary(attribute => attribute.GetProperty("key").GetString()!, attribute => attribute.GetProperty("value"));
}
