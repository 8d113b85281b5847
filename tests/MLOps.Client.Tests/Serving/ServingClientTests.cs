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
}
