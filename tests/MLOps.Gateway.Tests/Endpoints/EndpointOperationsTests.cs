using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using MLOps.Contracts.Endpoints;
using MLOps.Gateway.Endpoints;
using MLOps.Testing.Onnx;

namespace MLOps.Gateway.Tests.Endpoints;

/// <summary>Shadows, canaries, A/B tests, feedback and limits as a caller meets them: over HTTP.</summary>
public sealed class EndpointOperationsTests(ServingPlatform platform) : IClassFixture<ServingPlatform>
{
    private const string Root = "/api/v1/mlflow/serving/endpoints";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Shadow_EveryRequest_IsComparedAndNobodySeesItsAnswer()
    {
        await ModelsAsync("sh", TinyModels.AddConstant(1, 1), TinyModels.AddConstant(-25, 1));
        await DeployAsync(new
        {
            endpoint = "sh",
            variants = new object[] { new { name = "live", model_uri = "models:/sh/1" }, new { name = "dark", model_uri = "models:/sh/2", role = "shadow", sample_rate = 1 } },
        });
        for (var i = 1; i <= 20; i++)
        {
            Assert.Equal(("live", i + 1.0), await AddAsync("sh", i));
        }

        var shadow = (await ReportedAsync("sh")).GetProperty("shadows")[0];
        Assert.Equal(("dark", 20, 0, 0), (shadow.GetProperty("variant").GetString(), shadow.GetProperty("compared").GetInt32(), shadow.GetProperty("failed").GetInt32(), shadow.GetProperty("dropped").GetInt32()));
        var output = shadow.GetProperty("outputs")[0];
        Assert.Equal("y", output.GetProperty("name").GetString());
        Assert.Equal(26, output.GetProperty("absolute").GetProperty("mean").GetDouble(), 6);
        Assert.Equal(26, output.GetProperty("absolute").GetProperty("max").GetDouble(), 6);
        Assert.Equal(20, output.GetProperty("sign_flips").GetInt32());
        Assert.Equal(1, output.GetProperty("rank_correlation").GetDouble(), 9);
    }

    [Fact]
    public async Task Shadow_ThatFails_IsCountedAndCallersAreAnswered()
    {
        await ModelsAsync("shf", TinyModels.AddConstant(1, 1), TinyModels.AddConstant(1, 2));
        await DeployAsync(new
        {
            endpoint = "shf",
            variants = new object[] { new { name = "live", model_uri = "models:/shf/1" }, new { name = "dark", model_uri = "models:/shf/2", role = "shadow" } },
        });
        Assert.Equal(("live", 11.0), await AddAsync("shf", 10));
        Assert.Equal(1, (await ReportedAsync("shf")).GetProperty("shadows")[0].GetProperty("failed").GetInt32());
    }

    [Fact]
    public async Task Canary_ThatRefusesRequests_IsRolledBackByTheGatewaysOwnReport()
    {
        var deployed = await CanaryAsync("can", TinyModels.AddConstant(1, 1), TinyModels.AddConstant(1, 2));
        Assert.Equal("Variant 'new' takes x FP32 [-1,2], and 'old' x FP32 [-1,1]: it refuses requests that fit only 'old'.", deployed.GetProperty("status_message").GetString());
        for (var i = 0; i < 60; i++)
        {
            using var answer = await InferAsync("can", 10, caller: $"c{i}");
            Assert.True(answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.BadRequest, $"{answer.StatusCode}");
        }

        var insight = await ReportedAsync("can");
        var candidate = insight.GetProperty("variants").EnumerateArray().Single(variant => variant.GetProperty("name").GetString() == "new");
        Assert.True(candidate.GetProperty("errors").GetInt32() > 0, candidate.GetRawText());
        Assert.Equal(0, candidate.GetProperty("refused").GetInt32());
        var canary = insight.GetProperty("canary");
        Assert.Equal("rolled_back", canary.GetProperty("status").GetString());

        // This process knows at once: nobody meets the candidate any more.
        for (var i = 0; i < 30; i++)
        {
            Assert.Equal(("old", 11.0), await AddAsync("can", 10, $"c{i}"));
        }

        var history = await platform.Http.GetFromJsonAsync<JsonElement>($"{Root}/can/history", Ct);
        Assert.Equal("canary_rolled_back", history.GetProperty("events")[0].GetProperty("kind").GetString());
        Assert.Contains("error rate", history.GetProperty("events")[0].GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    /// <summary>Each version is asked for by somebody who sends what it does not take: one that asks for the candidate's does not end the canary, nor hides one that asks for the other's what the candidate refuses.</summary>
    [Fact]
    public async Task Canary_IsNotJudgedByRequestsForAVersion_ThatDoNotFit()
    {
        await CanaryAsync("canv", TinyModels.AddConstant(1, 1), TinyModels.AddConstant(1, 1));
        for (var i = 0; i < 40; i++)
        {
            var version = 1 + (i % 2);
            using var misfit = await platform.Http.PostAsJsonAsync(
                $"/v2/models/canv/versions/{version}/infer",
                new { inputs = new[] { new { name = "x", shape = new[] { 1, 7 }, datatype = "FP32", data = new float[7] } } },
                Ct);
            Assert.Equal(HttpStatusCode.BadRequest, misfit.StatusCode);
            using var answer = await InferAsync("canv", 10, caller: $"c{i}");
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        var insight = await ReportedAsync("canv");
        Assert.Equal("running", insight.GetProperty("canary").GetProperty("status").GetString());
        Assert.All(insight.GetProperty("variants").EnumerateArray(), variant => Assert.Equal((0, 0), (variant.GetProperty("errors").GetInt32(), variant.GetProperty("refused").GetInt32())));
        Assert.Equal(40, insight.GetProperty("variants").EnumerateArray().Sum(variant => variant.GetProperty("requests").GetInt32()));
    }

    /// <summary>A caller's key binds it to a variant: what it sends wrongly all goes to that one.</summary>
    [Fact]
    public async Task Canary_IsNotJudgedByOneCaller_WhoSendsWhatNobodyTakes()
    {
        await CanaryAsync("canm", TinyModels.AddConstant(1, 1), TinyModels.AddConstant(1, 1));
        var bound = 0;
        while ((await AddAsync("canm", 10, $"c{bound}")).Item1 != "new")
        {
            Assert.InRange(++bound, 1, 100);
        }

        for (var i = 0; i < 40; i++)
        {
            using var misfit = await platform.Http.PostAsJsonAsync(
                "/v2/models/canm/infer",
                new { parameters = new { caller_key = $"c{bound}" }, inputs = new[] { new { name = "x", shape = new[] { 1, 7 }, datatype = "FP32", data = new float[7] } } },
                Ct);
            Assert.Equal(HttpStatusCode.BadRequest, misfit.StatusCode);
            await AddAsync("canm", 10, $"c{i}");
        }

        var insight = await ReportedAsync("canm");
        Assert.Equal("running", insight.GetProperty("canary").GetProperty("status").GetString());
        var candidate = insight.GetProperty("variants").EnumerateArray().Single(variant => variant.GetProperty("name").GetString() == "new");
        Assert.Equal((0, 40), (candidate.GetProperty("errors").GetInt32(), candidate.GetProperty("refused").GetInt32()));
    }

    /// <summary>From the callers' data by way of the monitor to the weights.</summary>
    [Fact]
    public async Task Canary_WhoseTrafficDrifts_IsRolledBack()
    {
        const string Profile = """
            {"version":1,"features":[{"name":"r","input":"x","index":0,"values":[1,2,3,4,5,6,7,8]}],"window":"month","block_length":2,"quantile":0.99,
            "threshold":0.5,"blocks":2,"training_start":"2000-01-03","training_end":"2016-12-30","method":"test"}
            """;
        await platform.RegisterAsync("drift", TinyModels.AddConstant(1, 1), Profile);
        await platform.RegisterAsync("drift", TinyModels.AddConstant(2, 1), Profile);
        await DeployAsync(new
        {
            endpoint = "drift",
            variants = new object[] { new { name = "old", model_uri = "models:/drift/1" }, new { name = "new", model_uri = "models:/drift/2", weight = 0 } },
            canary = new { variant = "new", steps = new[] { new { weight = 0.5, duration_seconds = 3600 } } },
        });
        for (var day = 1; day <= 28; day++)
        {
            using var answer = await platform.Http.PostAsJsonAsync(
                "/v2/models/drift/infer",
                new { parameters = new { event_time = $"2020-03-{day:00}" }, inputs = new[] { new { name = "x", shape = new[] { 1, 1 }, datatype = "FP32", data = new[] { 1000 + day } } } },
                Ct);
            Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Ct));
        }

        Assert.Equal("running", (await ReportedAsync("drift")).GetProperty("canary").GetProperty("status").GetString());
        await platform.Services.GetRequiredService<CaptureQueue>().DrainAsync(Ct);
        using (var evaluated = await platform.Http.PostAsync("/mlops/monitoring/drift/evaluate", null, Ct))
        {
            Assert.True(evaluated.IsSuccessStatusCode, await evaluated.Content.ReadAsStringAsync(Ct));
        }

        // The grain looks by itself every second.
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        JsonElement canary;
        while ((canary = (await ReportedAsync("drift")).GetProperty("canary")).GetProperty("status").GetString() == "running")
        {
            Assert.False(deadline.IsCancellationRequested, $"Waited 60 s for the canary to be rolled back: {canary.GetRawText()}");
            await Task.Delay(50, Ct);
        }

        Assert.Equal("rolled_back", canary.GetProperty("status").GetString());
        Assert.Contains("drift alert", canary.GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.Equal(("old", 11.0), await AddAsync("drift", 10, "anybody"));
    }

    [Fact]
    public async Task Canary_PromotedByAPerson_GetsAllTraffic()
    {
        await ModelsAsync("cap", TinyModels.AddConstant(1, 1), TinyModels.AddConstant(2, 1));
        await DeployAsync(new
        {
            endpoint = "cap",
            variants = new object[] { new { name = "old", model_uri = "models:/cap/1" }, new { name = "new", model_uri = "models:/cap/2" } },
            canary = new { variant = "new", steps = new[] { new { weight = 0.01, duration_seconds = 3600 } } },
        });
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{Root}/cap/canary/promote");
        request.Headers.Add("X-MLOps-User", "ana");
        using var promoted = await platform.Http.SendAsync(request, Ct);
        Assert.True(promoted.IsSuccessStatusCode, await promoted.Content.ReadAsStringAsync(Ct));
        Assert.Equal(("new", 12.0), await AddAsync("cap", 10));
        var history = await platform.Http.GetFromJsonAsync<JsonElement>($"{Root}/cap/history", Ct);
        Assert.Equal("ana", history.GetProperty("events")[0].GetProperty("by").GetString());

        using var again = await platform.Http.PostAsync($"{Root}/cap/canary/abort", null, Ct);
        Assert.Equal(HttpStatusCode.Conflict, again.StatusCode);
    }

    [Fact]
    public async Task Canary_ThatRuns_IsKeptByADeploymentThatSaysSo()
    {
        await ModelsAsync("keep", TinyModels.AddConstant(1, 1), TinyModels.AddConstant(2, 1));
        var variants = new object[] { new { name = "old", model_uri = "models:/keep/1", weight = 3 }, new { name = "new", model_uri = "models:/keep/2" } };
        await DeployAsync(new { endpoint = "keep", variants, canary = new { variant = "new", steps = new[] { new { weight = 0.25, duration_seconds = 3600 } } } });
        using (var refused = await platform.Http.PostAsJsonAsync("/api/v1/mlflow/serving/deploy", new { endpoint = "keep", variants, running_canary = "refuse" }, Ct))
        {
            Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
        }

        var kept = await DeployAsync(new { endpoint = "keep", variants, running_canary = "keep", limits = new { timeout_ms = 500 } });
        Assert.Equal("running", kept.GetProperty("canary").GetProperty("status").GetString());
        Assert.Equal([("old", 3.0), ("new", 1.0)], kept.GetProperty("canary").GetProperty("weights").EnumerateObject().Select(weight => (weight.Name, weight.Value.GetDouble())));
        Assert.Equal([0.75, 0.25], kept.GetProperty("variants").EnumerateArray().Select(variant => variant.GetProperty("weight").GetDouble()));

        using var wrong = await platform.Http.PostAsJsonAsync("/api/v1/mlflow/serving/deploy", new { endpoint = "keep", variants, running_canary = "please" }, Ct);
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
        Assert.Contains("running_canary", await wrong.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Feedback_ForRequestsOfATest_DecidesIt()
    {
        await ModelsAsync("abt", TinyModels.AddConstant(1, 1), TinyModels.AddConstant(2, 1));
        await DeployAsync(new
        {
            endpoint = "abt",
            variants = new object[] { new { name = "a", model_uri = "models:/abt/1" }, new { name = "b", model_uri = "models:/abt/2" } },
            ab_test = new { metric = "pnl", control = "a", min_per_variant = 30 },
        });
        var outcomes = new List<object>();
        for (var i = 0; i < 300; i++)
        {
            using var answer = await InferAsync("abt", 10, caller: $"caller-{i}");
            var variant = answer.Headers.GetValues("X-MLOps-Variant").Single();
            outcomes.Add(new { request_id = answer.Headers.GetValues("X-Request-Id").Single(), metric = "pnl", value = (variant == "b" ? 1.0 : 0.0) + (i % 3) });
        }

        var first = await FeedbackAsync("abt", new { outcomes });
        Assert.Equal((300, 0), (first.GetProperty("accepted").GetInt32(), first.GetProperty("duplicates").GetInt32()));
        var second = await FeedbackAsync("abt", new { outcomes });
        Assert.Equal((0, 300), (second.GetProperty("accepted").GetInt32(), second.GetProperty("duplicates").GetInt32()));

        await platform.Services.GetRequiredService<IGrainFactory>().GetGrain<IEndpointGrain>("abt").AdvanceAsync();
        var test = (await ReportedAsync("abt")).GetProperty("ab_test");
        Assert.Equal(("winner", "b"), (test.GetProperty("verdict").GetString(), test.GetProperty("winner").GetString()));
        Assert.Equal(300, test.GetProperty("arms").EnumerateArray().Sum(arm => arm.GetProperty("units").GetInt64()));
        Assert.True(test.GetProperty("arms")[1].GetProperty("confidence").GetDouble() > 0.95);
    }

    [Fact]
    public async Task AbTest_StepsOfASequence_AreOneUnit()
    {
        await ModelsAsync("abs", StepModels.RunningSum(), StepModels.RunningSum());
        await DeployAsync(new
        {
            endpoint = "abs",
            variants = new object[] { new { name = "a", model_uri = "models:/abs/1" }, new { name = "b", model_uri = "models:/abs/2" } },
            ab_test = new { metric = "pnl", control = "a" },
        });
        for (var step = 0; step < 5; step++)
        {
            using var answer = await platform.Http.PostAsJsonAsync(
                "/v2/models/abs/infer",
                new
                {
                    parameters = new { sequence_id = "one", sequence_start = step == 0 },
                    inputs = new[] { new { name = "x", shape = new[] { 1, 1 }, datatype = "FP32", data = new[] { 1.0 } } },
                },
                Ct);
            Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Ct));
        }

        await platform.Services.GetRequiredService<RequestLog>().DrainAsync(Ct);
        Assert.Equal(1, (await ReportedAsync("abs")).GetProperty("ab_test").GetProperty("arms").EnumerateArray().Sum(arm => arm.GetProperty("units").GetInt64()));
    }

    /// <summary>Nobody drew the variant for them: counted, they would bend the shares and the difference.</summary>
    [Fact]
    public async Task AbTest_RequestsForAVersion_AreNoUnits()
    {
        await ModelsAsync("abv", TinyModels.AddConstant(1, 1), TinyModels.AddConstant(2, 1));
        await DeployAsync(new
        {
            endpoint = "abv",
            variants = new object[] { new { name = "a", model_uri = "models:/abv/1" }, new { name = "b", model_uri = "models:/abv/2" } },
            ab_test = new { metric = "pnl", control = "a" },
        });
        var outcomes = new List<object>();
        for (var i = 0; i < 5; i++)
        {
            using var answer = await platform.Http.PostAsJsonAsync(
                "/v2/models/abv/versions/2/infer",
                new { inputs = new[] { new { name = "x", shape = new[] { 1, 1 }, datatype = "FP32", data = new[] { 1.0 } } } },
                Ct);
            Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Ct));
            outcomes.Add(new { request_id = answer.Headers.GetValues("X-Request-Id").Single(), metric = "pnl", value = 1.0 });
        }

        await platform.Services.GetRequiredService<RequestLog>().DrainAsync(Ct);
        Assert.Equal(5, (await FeedbackAsync("abv", new { outcomes })).GetProperty("accepted").GetInt32());
        foreach (var arm in (await ReportedAsync("abv")).GetProperty("ab_test").GetProperty("arms").EnumerateArray())
        {
            Assert.Equal((0, 0), (arm.GetProperty("units").GetInt64(), arm.GetProperty("outcomes").GetInt64()));
        }
    }

    [Fact]
    public void Statistics_OfWhatALaterRevisionLoaded_AreKeptByAReportThatDoesNotKnowIt()
    {
        static VariantState Loaded(long revision) => new(new VariantSpec("v", "models:/m/1"), "m", 1, "mlflow-artifacts:/m", null, revision);
        static EndpointSnapshot Known(long revision) => new("e", EndpointStatus.Ready, null, new[] { Loaded(revision) }, revision, 0, 0, null, []);
        var statistics = new EndpointStatistics();
        var old = statistics.Of(Loaded(1));
        var next = statistics.Of(Loaded(2));
        old.Success(TimeSpan.FromMilliseconds(1));

        Assert.Equal((1L, 1L), statistics.Take(Known(1)).Select(counts => (counts.LoadRevision, counts.Requests)).Single());
        next.Success(TimeSpan.FromMilliseconds(1));
        Assert.Equal((2L, 1L), statistics.Take(Known(2)).Select(counts => (counts.LoadRevision, counts.Requests)).Single());
        Assert.Equal([("v", 2L)], statistics.Variants.Keys);
    }

    [Fact]
    public async Task Capture_Requests_AreFoundByTheirIdWithPayloadAndOutcome()
    {
        await ModelsAsync("cat", TinyModels.AddConstant(1, 1));
        await DeployAsync(new { endpoint = "cat", model_uri = "models:/cat/1", capture = new { sample_rate = 1, max_bytes = 100 } });
        using (var answer = await InferAsync("cat", 10, id: "order-1"))
        {
            Assert.Equal("order-1", answer.Headers.GetValues("X-Request-Id").Single());
        }

        var feedback = await FeedbackAsync("cat", new { outcomes = new object[] { new { request_id = "order-1", label = "filled" }, new { request_id = "order-2", metric = "pnl", value = 1 } } });
        Assert.Equal(1, feedback.GetProperty("accepted").GetInt32());
        Assert.Equal("order-2", feedback.GetProperty("unknown")[0].GetString());

        var request = await platform.Http.GetFromJsonAsync<JsonElement>($"{Root}/cat/requests/order-1", Ct);
        Assert.Equal(10, request.GetProperty("inputs")[0].GetProperty("data")[0].GetDouble());
        Assert.Equal(11, request.GetProperty("outputs")[0].GetProperty("data")[0].GetDouble());
        Assert.Equal("filled", request.GetProperty("outcomes")[0].GetProperty("label").GetString());
        var list = await platform.Http.GetFromJsonAsync<JsonElement>($"{Root}/cat/requests", Ct);
        Assert.Equal("order-1", list.GetProperty("requests")[0].GetProperty("request_id").GetString());

        // 100 bytes are inputs and outputs of 12 rows: more is remembered without its payload.
        var rows = string.Join(',', Enumerable.Repeat("[1]", 50));
        using var large = await platform.Http.PostAsync("/api/v1/mlflow/serve/cat", new StringContent($$"""{"inputs":[{{rows}}]}"""), Ct);
        await platform.Services.GetRequiredService<RequestLog>().DrainAsync(Ct);
        var kept = await platform.Http.GetFromJsonAsync<JsonElement>($"{Root}/cat/requests/{large.Headers.GetValues("X-Request-Id").Single()}", Ct);
        Assert.True(kept.GetProperty("too_large").GetBoolean());
        Assert.Equal(JsonValueKind.Null, kept.GetProperty("inputs").ValueKind);
    }

    [Fact]
    public async Task Capture_BytesThatAreNoText_AreGivenInBase64()
    {
        await ModelsAsync("bytes", TinyModels.Identity(TinyModels.StringElements, -1));
        await DeployAsync(new { endpoint = "bytes", model_uri = "models:/bytes/1", capture = new { sample_rate = 1 } });
        byte[] data = [2, 0, 0, 0, 0xff, 0xfe, 2, 0, 0, 0, (byte)'o', (byte)'k'];
        using var prediction = await platform.Services.GetRequiredService<EndpointInvoker>().InferAsync(
            "bytes", new PredictionRequest([new Inference.Tensors.Tensor("x", Inference.Tensors.TensorDatatype.Bytes, [2], data)], [], null, null, 0, RequestId: "raw"), Ct);
        await platform.Services.GetRequiredService<RequestLog>().DrainAsync(Ct);

        var input = (await platform.Http.GetFromJsonAsync<JsonElement>($"{Root}/bytes/requests/raw", Ct)).GetProperty("inputs")[0];
        Assert.Equal("base64", input.GetProperty("encoding").GetString());
        Assert.Equal(["//4=", "b2s="], input.GetProperty("data").EnumerateArray().Select(element => element.GetString()));
    }

    [Fact]
    public async Task Shadow_TheLargestNumbers_AreAnInsightAllTheSame()
    {
        await ModelsAsync("huge", TinyModels.Identity(TinyModels.DoubleElements, -1), TinyModels.Negation(TinyModels.DoubleElements, -1));
        await DeployAsync(new
        {
            endpoint = "huge",
            variants = new object[] { new { name = "live", model_uri = "models:/huge/1" }, new { name = "dark", model_uri = "models:/huge/2", role = "shadow" } },
        });
        using var prediction = await platform.Services.GetRequiredService<EndpointInvoker>().InferAsync(
            "huge", new PredictionRequest([Inference.Tensors.Tensor.Of<double>("x", [1e308, -1e308], 2)], [], null, null, 0), Ct);
        var output = (await ReportedAsync("huge")).GetProperty("shadows")[0].GetProperty("outputs")[0];
        Assert.Equal(double.MaxValue, output.GetProperty("absolute").GetProperty("max").GetDouble());
    }

    [Theory]
    [InlineData("7", "\"7\"")]
    [InlineData("-9223372036854775808", "\"-9223372036854775808\"")]
    public async Task CallerKey_WholeNumber_IsTheSameCallerAsItsDigits(string number, string text)
    {
        await ModelsAsync("key", TinyModels.AddConstant(1, 1), TinyModels.AddConstant(2, 1));
        await DeployAsync(new { endpoint = "key", limits = new { rate_per_second = 0.001, burst = 2 }, model_uri = "models:/key/1" });
        foreach (var (key, status) in new[] { (number, HttpStatusCode.OK), (text, HttpStatusCode.OK), (number, HttpStatusCode.TooManyRequests), (text, HttpStatusCode.TooManyRequests) })
        {
            using var answer = await platform.Http.PostAsync("/v2/models/key/infer", new StringContent($$"""{"parameters":{"caller_key":{{key}}},"inputs":[{"name":"x","shape":[1,1],"datatype":"FP32","data":[1]}]}"""), Ct);
            Assert.Equal(status, answer.StatusCode);
        }
    }

    [Theory]
    [InlineData("true")]
    [InlineData("1.5")]
    [InlineData("18446744073709551616")]
    public async Task CallerKey_OfAnotherType_IsRefusedByName(string key)
    {
        await ModelsAsync("badkey", TinyModels.AddConstant(1, 1));
        await DeployAsync(new { endpoint = "badkey", model_uri = "models:/badkey/1" });
        using var infer = await platform.Http.PostAsync("/v2/models/badkey/infer", new StringContent($$"""{"parameters":{"caller_key":{{key}}},"inputs":[{"name":"x","shape":[1,1],"datatype":"FP32","data":[1]}]}"""), Ct);
        using var score = await platform.Http.PostAsync("/api/v1/mlflow/serve/badkey", new StringContent($$"""{"inputs":[[1]],"params":{"caller_key":{{key}} } }"""), Ct);
        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.BadRequest), (infer.StatusCode, score.StatusCode));
        Assert.Contains("caller_key must be a text or a whole number", await infer.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
        Assert.Contains("caller_key must be", await score.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
    }

    [Fact]
    public async Task CallerKey_OverItsLength_IsRefusedWhereverItComes()
    {
        await ModelsAsync("longkey", TinyModels.AddConstant(1, 1));
        await DeployAsync(new { endpoint = "longkey", limits = new { rate_per_second = 1000 }, model_uri = "models:/longkey/1" });
        foreach (var (length, status) in new[] { (CallerKey.MaxLength, HttpStatusCode.OK), (CallerKey.MaxLength + 1, HttpStatusCode.BadRequest) })
        {
            var key = new string('k', length);
            using var infer = await platform.Http.PostAsync("/v2/models/longkey/infer", new StringContent($$"""{"parameters":{"caller_key":"{{key}}"},"inputs":[{"name":"x","shape":[1,1],"datatype":"FP32","data":[1]}]}"""), Ct);
            using var score = await platform.Http.PostAsync("/api/v1/mlflow/serve/longkey", new StringContent($$"""{"inputs":[[1]],"params":{"caller_key":"{{key}}"} }"""), Ct);
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/mlflow/serve/longkey") { Content = JsonContent.Create(new { inputs = new[] { new[] { 1 } } }), Headers = { { "X-MLOps-Caller-Key", key } } };
            using var byHeader = await platform.Http.SendAsync(request, Ct);
            Assert.Equal((status, status, status), (infer.StatusCode, score.StatusCode, byHeader.StatusCode));
            if (status == HttpStatusCode.BadRequest)
            {
                Assert.Contains($"has {length} characters: expected at most {CallerKey.MaxLength}", await infer.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public async Task Delete_AnEndpoint_LeavesNothingOfItInThisProcess()
    {
        await ModelsAsync("gone", TinyModels.AddConstant(1, 1), TinyModels.AddConstant(2, 1));
        await DeployAsync(new
        {
            endpoint = "gone",
            variants = new object[] { new { name = "live", model_uri = "models:/gone/1" }, new { name = "dark", model_uri = "models:/gone/2", role = "shadow" } },
        });
        await AddAsync("gone", 1);
        await ReportedAsync("gone");
        var (metrics, reporter, shadows) = (platform.Services.GetRequiredService<ServingMetrics>(), platform.Services.GetRequiredService<EndpointReporter>(), platform.Services.GetRequiredService<ShadowQueue>());
        Assert.Equal(1, metrics.Of("gone").Requests);
        Assert.Contains("gone", reporter.Endpoints);
        Assert.Contains("gone", shadows.Endpoints);

        (await platform.Http.DeleteAsync($"{Root}/gone", Ct)).EnsureSuccessStatusCode();
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (metrics.Of("gone").Requests > 0 || reporter.Endpoints.Contains("gone") || shadows.Endpoints.Contains("gone"))
        {
            Assert.False(deadline.IsCancellationRequested, "Waited 60 s for what this process knew of the endpoint to be dropped.");
            await Task.Delay(20, Ct);
            await reporter.ReportAsync();
        }
    }

    [Fact]
    public async Task Statistics_OfARequestThatWaitedForTheEndpoint_HaveItsQueueTime()
    {
        await ModelsAsync("queue", TinyModels.AddConstant(1, 1));
        await DeployAsync(new { endpoint = "queue", model_uri = "models:/queue/1", limits = new { max_concurrency = 1, max_queue = 4 } });
        var admission = (await platform.Services.GetRequiredService<RoutingTable>().GetAsync("queue")).Admission!;
        await admission.EnterAsync(null, Ct);
        var waiting = platform.Services.GetRequiredService<EndpointInvoker>()
            .InferAsync("queue", new PredictionRequest([MLOps.Inference.Tensors.Tensor.Of<float>("x", [1], 1, 1)], [], null, null, 0), Ct);
        Assert.False(waiting.IsCompleted);
        await Task.Delay(100, Ct);
        admission.Exit();
        (await waiting).Dispose();

        var stats = (await platform.Http.GetFromJsonAsync<JsonElement>("/v2/models/queue/stats", Ct)).GetProperty("model_stats")[0].GetProperty("inference_stats");
        long Of(string part) => stats.GetProperty(part).GetProperty("ns").GetInt64();
        Assert.True(Of("queue") > 50_000_000, $"{stats}");
        Assert.True(Of("compute_infer") > 0, $"{stats}");
        Assert.Equal(Of("success"), Of("queue") + Of("compute_infer"));
        Assert.Equal(1, stats.GetProperty("queue").GetProperty("count").GetInt32());
    }

    [Fact]
    public async Task Statistics_OfTwoModelsWithOneVersionNumber_AreApart()
    {
        await ModelsAsync("twin-a", TinyModels.AddConstant(1, 1));
        await ModelsAsync("twin-b", TinyModels.AddConstant(2, 1));
        await DeployAsync(new
        {
            endpoint = "twins",
            variants = new object[] { new { name = "a", model_uri = "models:/twin-a/1" }, new { name = "b", model_uri = "models:/twin-b/1" } },
        });
        var answers = new List<string>();
        for (var i = 0; i < 60; i++)
        {
            answers.Add((await AddAsync("twins", i, $"c{i}")).Variant);
        }

        var stats = (await platform.Http.GetFromJsonAsync<JsonElement>("/v2/models/twins/stats", Ct)).GetProperty("model_stats").EnumerateArray();
        Assert.Equal(
            [("twin-a", answers.Count(variant => variant == "a")), ("twin-b", answers.Count(variant => variant == "b"))],
            stats.Select(one => (one.GetProperty("model_name").GetString(), one.GetProperty("inference_count").GetInt32())));
    }

    [Theory]
    [InlineData("""{"request_id":"x","metric":"m"}""", "value and label")]
    [InlineData("""{"request_id":"x","value":1}""", "metric is missing")]
    [InlineData("""{"outcomes":[null]}""", "outcomes[0] is null")]
    [InlineData("""{}""", "request_id and outcomes")]
    [InlineData("""{"request_id":"x","metric":"m","value":1e200}""", "expected a number from")]
    public async Task Feedback_Malformed_NamesTheField(string body, string expected)
    {
        await ModelsAsync("fb", TinyModels.AddConstant(1, 1));
        await DeployAsync(new { endpoint = "fb", model_uri = "models:/fb/1" });
        using var answer = await platform.Http.PostAsync($"{Root}/fb/feedback", new StringContent(body), Ct);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(expected, await answer.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Feedback_AsMuchAsIsTaken_FitsAndMoreIs413()
    {
        await ModelsAsync("fbmany", TinyModels.AddConstant(1, 1));
        await DeployAsync(new { endpoint = "fbmany", model_uri = "models:/fbmany/1" });
        var outcomes = Enumerable.Range(0, 10_000).Select(_ => new { request_id = RequestIds.Next(), metric = "accuracy", value = 0.123456789, timestamp = 1_700_000_000_000L });
        using var body = JsonContent.Create(new { outcomes });
        await body.LoadIntoBufferAsync(Ct);
        Assert.True(body.Headers.ContentLength > 1 << 20);
        using var taken = await platform.Http.PostAsync($"{Root}/fbmany/feedback", body, Ct);
        Assert.True(taken.IsSuccessStatusCode, await taken.Content.ReadAsStringAsync(Ct));
        Assert.Equal(10_000, (await taken.Content.ReadFromJsonAsync<JsonElement>(Ct)).GetProperty("unknown").GetArrayLength());

        await AssertTooLargeAsync($"{Root}/fbmany/feedback", FeedbackRequest.MaxBytes, isChunked: false);
        await AssertTooLargeAsync($"{Root}/fbmany/feedback", FeedbackRequest.MaxBytes, isChunked: true);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Body_OverOneMebibyte_Is413(bool isChunked) => await AssertTooLargeAsync("/api/v1/mlflow/serving/deploy", 1 << 20, isChunked);

    [Fact]
    public async Task Rate_OverIt_Is429InEachProtocolsShapeAndSparesOtherCallers()
    {
        await ModelsAsync("rate", TinyModels.AddConstant(1, 1));
        await DeployAsync(new { endpoint = "rate", model_uri = "models:/rate/1", limits = new { rate_per_second = 0.01, burst = 1 } });
        using (var first = await InferAsync("rate", 1, "greedy"))
        {
            Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        }

        using var second = await InferAsync("rate", 1, "greedy");
        Assert.Equal(HttpStatusCode.TooManyRequests, second.StatusCode);
        Assert.InRange(int.Parse(second.Headers.GetValues("Retry-After").Single(), CultureInfo.InvariantCulture), 1, 100);
        Assert.Contains("slow down", (await second.Content.ReadFromJsonAsync<JsonElement>(Ct)).GetProperty("error").GetString(), StringComparison.Ordinal);

        using var score = new HttpRequestMessage(HttpMethod.Post, "/api/v1/mlflow/serve/rate") { Content = new StringContent("""{"inputs":[[1]]}""") };
        score.Headers.Add("X-MLOps-Caller-Key", "greedy");
        using var third = await platform.Http.SendAsync(score, Ct);
        Assert.Equal(HttpStatusCode.TooManyRequests, third.StatusCode);
        Assert.Equal("TooManyRequests", (await third.Content.ReadFromJsonAsync<JsonElement>(Ct)).GetProperty("code").GetString());
        Assert.True(third.Headers.Contains("Retry-After"));

        using var invoke = new HttpRequestMessage(HttpMethod.Post, "/endpoints/rate/invocations") { Content = JsonContent.Create(new { inputs = new[] { new[] { 1 } } }) };
        invoke.Headers.Add("X-MLOps-Caller-Key", "greedy");
        using var fourth = await platform.Http.SendAsync(invoke, Ct);
        Assert.Equal(HttpStatusCode.TooManyRequests, fourth.StatusCode);
        Assert.Equal("REQUEST_LIMIT_EXCEEDED", (await fourth.Content.ReadFromJsonAsync<JsonElement>(Ct)).GetProperty("error_code").GetString());

        using var other = await InferAsync("rate", 1, "modest");
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
    }

    [Fact]
    public async Task Full_InMlflowsForm_Is503WithRetryAfterAsInTheOthers()
    {
        await ModelsAsync("full", TinyModels.AddConstant(1, 1));
        await DeployAsync(new { endpoint = "full", model_uri = "models:/full/1", limits = new { max_concurrency = 1 } });
        var admission = (await platform.Services.GetRequiredService<RoutingTable>().GetAsync("full")).Admission!;
        await admission.EnterAsync(null, Ct);

        using var refused = await platform.Http.PostAsJsonAsync("/endpoints/full/invocations", new { inputs = new[] { new[] { 1 } } }, Ct);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.Equal("1", refused.Headers.GetValues("Retry-After").Single());
        var body = await refused.Content.ReadFromJsonAsync<JsonElement>(Ct);
        Assert.Equal("TEMPORARILY_UNAVAILABLE", body.GetProperty("error_code").GetString());
        Assert.Contains("is full", body.GetProperty("message").GetString(), StringComparison.Ordinal);

        admission.Exit();
        using var after = await platform.Http.PostAsJsonAsync("/endpoints/full/invocations", new { inputs = new[] { new[] { 1 } } }, Ct);
        Assert.Equal(HttpStatusCode.OK, after.StatusCode);
    }

    [Fact]
    public async Task Deploy_EverySetting_ComesBack()
    {
        await ModelsAsync("set", TinyModels.AddConstant(1, 1));
        var endpoint = await DeployAsync(new
        {
            endpoint = "set",
            variants = new object[] { new { name = "v", model_uri = "models:/set/1", threads = 1, memory_bytes = 1 << 30 } },
            limits = new { max_concurrency = 4, max_queue = 8, timeout_ms = 500 },
            capture = new { sample_rate = 0.25, retention_hours = 12 },
        });
        Assert.Equal(1 << 30, endpoint.GetProperty("variants")[0].GetProperty("memory_bytes").GetInt64());
        Assert.Equal(8, endpoint.GetProperty("limits").GetProperty("max_queue").GetInt32());
        Assert.Equal(12, endpoint.GetProperty("capture").GetProperty("retention_hours").GetDouble());
    }

    /// <summary>A body of this length is read, and one with a byte more is not. In chunks, the server counts their headers, too.</summary>
    private async Task AssertTooLargeAsync(string route, int maximum, bool isChunked)
    {
        foreach (var (bytes, status) in new[] { (isChunked ? maximum / 16 * 15 : maximum, HttpStatusCode.BadRequest), (maximum + 1, HttpStatusCode.RequestEntityTooLarge) })
        {
            using var content = new StringContent("{}" + new string(' ', bytes - 2));
            using var request = new HttpRequestMessage(HttpMethod.Post, route) { Content = content, Headers = { TransferEncodingChunked = isChunked } };
            using var answer = await platform.Http.SendAsync(request, Ct);
            Assert.Equal(status, answer.StatusCode);
            Assert.Equal((int)status, (await answer.Content.ReadFromJsonAsync<JsonElement>(Ct)).GetProperty("status").GetInt32());
        }
    }

    /// <summary>An endpoint of two versions, the second a canary of half of the traffic that goes back at one error in ten.</summary>
    private async Task<JsonElement> CanaryAsync(string name, byte[] old, byte[] candidate)
    {
        await ModelsAsync(name, old, candidate);
        return await DeployAsync(new
        {
            endpoint = name,
            variants = new object[] { new { name = "old", model_uri = $"models:/{name}/1" }, new { name = "new", model_uri = $"models:/{name}/2", weight = 0 } },
            canary = new { variant = "new", steps = new[] { new { weight = 0.5, duration_seconds = 3600 } }, max_error_rate = 0.1, min_samples = 5 },
        });
    }

    private async Task ModelsAsync(string model, params byte[][] versions)
    {
        foreach (var version in versions)
        {
            await platform.RegisterAsync(model, version);
        }
    }

    private async Task<JsonElement> DeployAsync(object body)
    {
        using var answer = await platform.Http.PostAsJsonAsync("/api/v1/mlflow/serving/deploy", body, Ct);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Ct));
        return await answer.Content.ReadFromJsonAsync<JsonElement>(Ct);
    }

    /// <summary>Everything up to now is compared and reported, as a second later it would be by itself.</summary>
    private async Task<JsonElement> ReportedAsync(string endpoint)
    {
        await platform.Services.GetRequiredService<ShadowQueue>().DrainAsync(Ct);
        await platform.Services.GetRequiredService<EndpointReporter>().ReportAsync();
        return await platform.Http.GetFromJsonAsync<JsonElement>($"{Root}/{endpoint}/insight", Ct);
    }

    private async Task<JsonElement> FeedbackAsync(string endpoint, object body)
    {
        using var answer = await platform.Http.PostAsJsonAsync($"{Root}/{endpoint}/feedback", body, Ct);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Ct));
        return await answer.Content.ReadFromJsonAsync<JsonElement>(Ct);
    }

    private Task<HttpResponseMessage> InferAsync(string endpoint, double x, string? caller = null, string? id = null) => platform.Http.PostAsJsonAsync(
        $"/v2/models/{endpoint}/infer",
        new
        {
            id = id ?? "",
            parameters = caller is null ? new Dictionary<string, string>() : new Dictionary<string, string> { ["caller_key"] = caller },
            inputs = new[] { new { name = "x", shape = new[] { 1, 1 }, datatype = "FP32", data = new[] { x } } },
        },
        Ct);

    private async Task<(string Variant, double Value)> AddAsync(string endpoint, double x, string? caller = null)
    {
        using var answer = await InferAsync(endpoint, x, caller);
        var json = await answer.Content.ReadFromJsonAsync<JsonElement>(Ct);
        Assert.True(answer.IsSuccessStatusCode, json.GetRawText());
        return (answer.Headers.GetValues("X-MLOps-Variant").Single(), json.GetProperty("outputs")[0].GetProperty("data")[0].GetDouble());
    }
}
