using MLOps.Client.Serving;

namespace MLOps.Client.Tests.Serving;

public sealed class ServingClientTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Infer_TypedTensors_TravelAsOpenInferenceJson()
    {
        await using var gateway = await TestGateway.StartAsync(g => g.On("POST /v2/models/{name}/infer", """
            {"model_name":"vol","model_version":"4","id":"q1","parameters":{"variant":"champion"},"outputs":[
              {"name":"probabilities","datatype":"FP32","shape":[1,3],"data":[[0.5,0.25,"NaN"]]},
              {"name":"label","datatype":"INT64","shape":[1],"data":[2]},
              {"name":"text","datatype":"BYTES","shape":[1],"data":["calm"]}]}
            """));
        var request = new InferenceRequest
        {
            Id = "q1",
            Inputs =
            [
                Tensor.Of("x", [1, 2], [1.5f, float.PositiveInfinity]),
                Tensor.Of("n", [1], [9007199254740993L]),
                Tensor.Of("flag", [1], [true]),
                Tensor.Of("s", [1], ["é"]),
            ],
            EventTime = new DateTimeOffset(2020, 3, 16, 0, 0, 0, TimeSpan.Zero),
            Outputs = ["probabilities"],
            Parameters = new Dictionary<string, object> { ["caller"] = "desk-7", ["n"] = 3 },
        };

        var result = await gateway.Client.Serving.InferAsync("vol", request, Token);

        var sent = gateway.Received[0].Json;
        Assert.Equal("application/json", gateway.Received[0].ContentType);
        Assert.Equal(1584316800000, sent.GetProperty("parameters").GetProperty("event_time").GetInt64());
        Assert.Equal("desk-7", sent.GetProperty("parameters").GetProperty("caller").GetString());
        Assert.Equal("probabilities", sent.GetProperty("outputs")[0].GetProperty("name").GetString());
        var inputs = sent.GetProperty("inputs");
        Assert.Equal("FP32", inputs[0].GetProperty("datatype").GetString());
        Assert.Equal(2, inputs[0].GetProperty("shape")[1].GetInt32());
        Assert.Equal("Infinity", inputs[0].GetProperty("data")[1].GetString());
        Assert.Equal(9007199254740993L, inputs[1].GetProperty("data")[0].GetInt64());
        Assert.Equal("é", inputs[3].GetProperty("data")[0].GetString());

        Assert.Equal("4", result.ModelVersion);
        Assert.Equal([0.5f, 0.25f, float.NaN], result.Output("probabilities").Values<float>());
        Assert.Equal([2L], result.Output("label").Values<long>());
        Assert.Equal(["calm"], result.Output("text").Values<string>());
        Assert.Equal("champion", result.Parameters["variant"].GetString());
        Assert.Throws<InvalidOperationException>(() => result.Output("other"));
        Assert.Throws<InvalidOperationException>(() => result.Output("label").Values<float>());
        Assert.Equal([2.0], result.Output("label").AsDoubles());
    }

    [Fact]
    public void Tensor_ShapeAndDataDisagree_SaysBoth()
    {
        var exception = Assert.Throws<ArgumentException>(() => Tensor.Of("x", [2, 3], new float[5]));
        Assert.Contains("[2, 3] holds 6 values: 5 were given", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Infer_AnswerThatIsNoTensor_IsABadAnswer()
    {
        await using var gateway = await TestGateway.StartAsync(g => g.On(
            "POST /v2/models/{name}/infer", """{"model_name":"vol","outputs":[{"name":"p","datatype":"FP32","shape":[2],"data":[1]}]}"""));

        var exception = await Assert.ThrowsAsync<MLOpsClientException>(() => gateway.Client.Serving.InferAsync("vol", Tensor.Of("x", [1], [1f]), cancellationToken: Token));

        Assert.Equal(MLOpsClientException.BadAnswer, exception.Code);
    }

    [Fact]
    public async Task Infer_Refused_ThrowsTheProtocolsMessage()
    {
        await using var gateway = await TestGateway.StartAsync(g => g.On("POST /v2/models/{name}/infer", """{"error":"unknown input 'y'"}""", 400));

        var exception = await Assert.ThrowsAsync<MLOpsClientException>(() => gateway.Client.Serving.InferAsync("vol", Tensor.Of("y", [1], [1f]), cancellationToken: Token));

        Assert.Equal("unknown input 'y'", exception.Message);
    }

    [Fact]
    public async Task List_EndpointWithLatencies_IsRead()
    {
        await using var gateway = await TestGateway.StartAsync(g => g.On("GET /api/v1/mlflow/serving/endpoints", """
            {"endpoints":[{"name":"vol","status":"ready","status_message":null,"revision":2,"description":null,
              "variants":[{"name":"default","model_uri":"models:/vol/Production","model_name":"vol","model_version":3,"weight":1,"replicas":2,"threads":1,"run_id":"r"}],
              "creation_time":1,"last_updated_time":2,"requests":840,"errors":1,"latency_p50_ms":0.8,"latency_p99_ms":2.5},
             {"name":"new","status":"deploying","variants":[],"requests":0,"errors":0,"latency_p50_ms":null,"latency_p99_ms":null}]}
            """));

        var endpoints = await gateway.Client.Serving.ListAsync(Token);

        Assert.Equal(2.5, endpoints[0].LatencyP99);
        Assert.Equal(3, endpoints[0].Variants[0].ModelVersion);
        Assert.Equal(EndpointStatus.Deploying, endpoints[1].Status);
        Assert.Null(endpoints[1].LatencyP50);
    }

    [Fact]
    public async Task Deploy_OneModel_SendsItsUri()
    {
        await using var gateway = await TestGateway.StartAsync(g => g.On("POST /api/v1/mlflow/serving/deploy", """{"name":"vol","status":"ready"}"""));

        await gateway.Client.Serving.DeployAsync("vol", "models:/vol/Production", Token);

        Assert.Equal("models:/vol/Production", gateway.Received[0].Json.GetProperty("model_uri").GetString());
        Assert.False(gateway.Received[0].Json.TryGetProperty("variants", out _), "model_uri and variants exclude each other");
    }

    [Fact]
    public async Task Delete_Endpoint_AcceptsNoContent()
    {
        await using var gateway = await TestGateway.StartAsync(g => g.On("DELETE /api/v1/mlflow/serving/endpoints/vol", "", 204, "text/plain"));

        await gateway.Client.Serving.DeleteAsync("vol", Token);

        Assert.Equal("DELETE", Assert.Single(gateway.Received).Method);
    }

    [Fact]
    public async Task Score_Form_IsSentAsItIs()
    {
        await using var gateway = await TestGateway.StartAsync(g => g.On(
            "POST /api/v1/mlflow/serve/vol", """{"predictions":[[0.1]],"variant":"default","model_version":3}"""));

        var result = await gateway.Client.Serving.ScoreAsync("vol", new { inputs = new { x = new[] { 1.5 } } }, Token);

        Assert.Equal(0.1, result.Predictions[0][0].GetDouble());
        Assert.Equal(1.5, gateway.Received[0].Json.GetProperty("inputs").GetProperty("x")[0].GetDouble());
    }

    [Fact]
    public async Task Deploy_WithCanaryAndLimits_SendsWhatTheGatewayReads()
    {
        await using var gateway = await TestGateway.StartAsync(g => g.On("POST /api/v1/mlflow/serving/deploy", """
            {"name":"vol","status":"ready","limits":{"max_concurrency":4,"max_queue":8,"rate_per_second":0,"burst":0,"timeout_ms":0},
             "canary":{"variant":"new","status":"rolled_back","step":1,"steps":[{"weight":0.1,"duration_seconds":60,"min_requests":5}],"started_at":1,"step_started_at":2,"reason":"slow"}}
            """));

        var endpoint = await gateway.Client.Serving.DeployAsync(
            new DeploymentRequest
            {
                Endpoint = "vol",
                Variants = [new VariantRequest("old", "models:/vol/1"), new VariantRequest("new", "models:/vol/2", 0), new VariantRequest("dark", "models:/vol/3", Role: "shadow", SampleRate: 0.5)],
                Canary = new CanaryRequest { Variant = "new", Steps = [new CanaryStep(0.1, 60, 5)], MaxP99 = 7, Metric = new MetricRule("pnl") },
                Limits = new EndpointLimits(MaxConcurrency: 4, MaxQueue: 8),
            },
            Token);

        var sent = gateway.Received[0].Json;
        Assert.Equal("shadow", sent.GetProperty("variants")[2].GetProperty("role").GetString());
        Assert.Equal(0.1, sent.GetProperty("canary").GetProperty("steps")[0].GetProperty("weight").GetDouble());
        Assert.Equal(7, sent.GetProperty("canary").GetProperty("max_p99_ms").GetDouble());
        Assert.Equal("pnl", sent.GetProperty("canary").GetProperty("metric").GetProperty("name").GetString());
        Assert.False(sent.TryGetProperty("ab_test", out _), "what is not given is not sent");
        Assert.Equal((CanaryStatus.RolledBack, "slow"), (endpoint.Canary!.Status, endpoint.Canary.Reason));
        Assert.Equal(8, endpoint.Limits!.MaxQueue);
    }

    [Fact]
    public async Task Feedback_Outcomes_TravelAndUnknownIdsComeBack()
    {
        await using var gateway = await TestGateway.StartAsync(g => g.On(
            "POST /api/v1/mlflow/serving/endpoints/vol/feedback", """{"accepted":1,"duplicates":0,"conflicting":[],"unknown":["r2"]}"""));

        var result = await gateway.Client.Serving.SendFeedbackAsync("vol", [new Outcome("r1", "pnl", 1.5), new Outcome("r2", Label: "filled")], Token);

        var sent = gateway.Received[0].Json.GetProperty("outcomes");
        Assert.Equal(("r1", 1.5), (sent[0].GetProperty("request_id").GetString(), sent[0].GetProperty("value").GetDouble()));
        Assert.Equal("filled", sent[1].GetProperty("label").GetString());
        Assert.Equal(["r2"], result.Unknown);
    }

    [Fact]
    public async Task Insight_OfATestWithoutAVerdict_IsRead()
    {
        await using var gateway = await TestGateway.StartAsync(g => g.On("GET /api/v1/mlflow/serving/endpoints/vol/insight", """
            {"name":"vol","revision":3,"variants":[{"name":"a","requests":10,"errors":1,"refused":2,"latency_p50_ms":0.1,"latency_p99_ms":null}],"canary":null,"canary_step":[],
             "shadows":[{"variant":"dark","compared":5,"failed":0,"dropped":1,"latency_p50_ms":0.1,"latency_p99_ms":0.2,"outputs":[
               {"name":"y","elements":5,"incomparable":0,"non_finite":0,"absolute":{"mean":1,"p50":1,"p90":2,"p99":3,"max":4},"relative":null,"sign_flips":2,"argmax_rows":0,"argmax_disagreements":0,"rank_correlation":null,"rank_sample":1}]}],
             "ab_test":{"metric":"pnl","control":"a","higher_is_better":true,"alpha":0.05,"verdict":"sample_ratio_mismatch","winner":null,"explanation":"why","sample_ratio_p_value":0.001,"chi_square_p_value":0.0001,
               "arms":[{"variant":"a","expected_share":0.5,"units":10,"outcomes":3,"mean":1,"standard_deviation":2,"difference":null,"lower":null,"upper":null,"confidence":null}]}}
            """));

        var insight = await gateway.Client.Serving.GetInsightAsync("vol", Token);

        Assert.Equal(AbVerdict.SampleRatioMismatch, insight.AbTest!.Verdict);
        Assert.Null(insight.AbTest.Arms[0].Lower);
        Assert.Equal(3, insight.Shadows[0].Outputs[0].Absolute!.P99);
        Assert.Null(insight.Shadows[0].Outputs[0].RankCorrelation);
        Assert.Equal((10, 2, 0.1), (insight.Variants[0].Requests, insight.Variants[0].Refused, insight.Variants[0].LatencyP50));
    }
}
