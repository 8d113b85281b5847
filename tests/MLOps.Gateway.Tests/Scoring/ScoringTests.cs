using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using MLOps.Contracts.Endpoints;
using MLOps.Gateway.Endpoints;
using MLOps.Gateway.Tests.Endpoints;
using MLOps.Inference.Tensors;
using MLOps.Testing.Onnx;
using Parquet;
using Parquet.Data;
using Parquet.Schema;

namespace MLOps.Gateway.Tests.Scoring;

/// <summary>MLflow's scoring protocol, per endpoint.</summary>
public sealed class ScoringTests(ServingPlatform platform) : IClassFixture<ServingPlatform>, IAsyncLifetime
{
    private const string Json = "application/json";
    private const string Csv = "text/csv";
    private const string Parquet = "application/vnd.apache.parquet";

    // Folded and quoted as MLflow's YAML writer does it.
    private const string Signed = """
        flavors:
          onnx:
            data: model.onnx
        signature:
          inputs: '[{"type": "double", "name": "a", "required": true}, {"type": "long",
            "name": "b", "required": true}, {"type": "double", "name": "it''s c", "required":
            false}]'
          outputs: '[{"type": "tensor", "tensor-spec": {"dtype": "float32", "shape": [-1, 1]}}]'
          params: null
        """;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await DeployAsync("plain", null);
        await DeployAsync("signed", Signed);
        await DeployAsync("shaped", "signature:\n  inputs: '[{\"name\": \"x\", \"type\": \"tensor\", \"tensor-spec\": {\"dtype\": \"float32\", \"shape\": [2, 3]}}]'\n");
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData("ping", 200, "\n")]
    [InlineData("health", 200, "\n")]
    [InlineData("version", 200, "3.11.2")]
    public async Task Get_Endpoint_AnswersAsMlflowDoes(string path, int status, string body)
    {
        using var answer = await platform.Http.GetAsync($"/endpoints/plain/{path}", Ct);
        Assert.Equal((status, body), ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(Ct)));
        Assert.Equal(HttpStatusCode.NotFound, (await platform.Http.GetAsync("/endpoints/nobody/ping", Ct)).StatusCode);
    }

    [Theory]
    [InlineData("""{"inputs":[[1,2,3],[0,0,0]]}""", """{"predictions":{"y":[[13.5],[1.5]]}}""")]
    [InlineData("""{"inputs":{"x":[[1,2,3]]},"params":{"caller_key":"k"}}""", """{"predictions":{"y":[[13.5]]}}""")]
    [InlineData("""{"instances":[[1,2,3],[0,0,0]]}""", """{"predictions":{"y":[[13.5],[1.5]]}}""")]
    [InlineData("""{"dataframe_split":{"index":[7],"columns":["a","b","c"],"data":[[1,2,3]]}}""", """{"predictions":[{"y":13.5}]}""")]
    [InlineData("""{"dataframe_records":[{"a":1,"b":2,"c":3},{"a":0,"b":0,"c":0}]}""", """{"predictions":[{"y":13.5},{"y":1.5}]}""")]
    public async Task Invoke_EveryForm_AnswersAsMlflowsOnnxFlavorDoes(string body, string expected) =>
        Assert.Equal((HttpStatusCode.OK, expected), await PostAsync("plain", Json, body));

    [Theory]
    [InlineData("a,b,c\n1,2,3\n0,0,0\n", """{"predictions":[{"y":13.5},{"y":1.5}]}""")]
    [InlineData("a,b,c\r\n\"1\",2,3\r\n", """{"predictions":[{"y":13.5}]}""")]
    [InlineData("a,b,c\r\n\"one\",2,3\r\n", null)]
    [InlineData("a,\"b,\"\"\",c\r\n1,2.0,3e0", """{"predictions":[{"y":13.5}]}""")]
    [InlineData("a,b,c\n1,,3\n", """{"predictions":[{"y":NaN}]}""")]
    public async Task Invoke_Csv_IsATable(string csv, string? expected)
    {
        var (status, body) = await PostAsync("plain", Csv, csv);
        Assert.True(expected is null ? status == HttpStatusCode.BadRequest : body == expected, body);
    }

    [Fact]
    public async Task Invoke_Parquet_IsATable()
    {
        var schema = new ParquetSchema(new DataField<double>("a"), new DataField<long>("b"), new DataField<float?>("it's c"), new DataField<long>("__index_level_0__"));
        using var file = new MemoryStream();
        await using (var writer = await ParquetWriter.CreateAsync(schema, file, cancellationToken: Ct))
        {
            using var group = writer.CreateRowGroup();
            await group.WriteAsync<double>(schema.DataFields[0], new double[] { 1, 0 }, cancellationToken: Ct);
            await group.WriteAsync<long>(schema.DataFields[1], new long[] { 2, 0 }, cancellationToken: Ct);
            await group.WriteAsync<float>(schema.DataFields[2], new float?[] { 3, null }, cancellationToken: Ct);
            await group.WriteAsync<long>(schema.DataFields[3], new long[] { 0, 1 }, cancellationToken: Ct);
        }

        var bytes = file.ToArray();
        foreach (var endpoint in new[] { "plain", "signed" })
        {
            Assert.Equal((HttpStatusCode.OK, """{"predictions":[{"y":13.5},{"y":NaN}]}"""), await PostAsync(endpoint, Parquet, bytes));
        }

        // Any damage is an answer, never a crash, and never memory by what the file says of itself.
        var random = new Random(16);
        for (var i = 0; i < 300; i++)
        {
            var damaged = bytes.ToArray();
            damaged[random.Next(bytes.Length)] = (byte)random.Next(256);
            damaged[bytes.Length - 1 - random.Next(200)] = (byte)random.Next(256);
            var (status, _) = await PostAsync("plain", Parquet, damaged);
            Assert.True(status is HttpStatusCode.OK or HttpStatusCode.BadRequest or HttpStatusCode.RequestEntityTooLarge, $"{i}: {status}");
        }
    }

    [Fact]
    public async Task Invoke_ParquetOfManyRows_IsRefused()
    {
        // 20 million equal values are a few kilobytes on disk.
        var schema = new ParquetSchema(new DataField<int>("a"));
        using var file = new MemoryStream();
        await using (var writer = await ParquetWriter.CreateAsync(schema, file, cancellationToken: Ct))
        {
            using var group = writer.CreateRowGroup();
            await group.WriteAsync<int>(schema.DataFields[0], new int[20_000_000], cancellationToken: Ct);
        }

        Assert.InRange(file.Length, 0, 8 << 20);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await PostAsync("plain", Parquet, file.ToArray())).Status);
    }

    /// <summary>Two versions of one model, y = a + 10·b, whose signatures have the columns in different orders; the second is a shadow, too.</summary>
    [Theory]
    [InlineData(Json, """{"dataframe_split":{"columns":["a","b"],"data":[[1,2]]}}""")]
    [InlineData(Json, """{"dataframe_records":[{"b":2,"a":1}]}""")]
    [InlineData(Json, """{"inputs":{"a":[1],"b":[2]}}""")]
    [InlineData(Json, """{"instances":[{"a":1,"b":2}]}""")]
    [InlineData(Csv, "b,a\n2,1\n")]
    public async Task Serve_VariantsWithOtherColumnOrders_EachGetsItsOwnColumns(string type, string body)
    {
        var endpoint = $"orders-{Guid.NewGuid():n}";
        await RegisterOrdersAsync(endpoint);
        await RollOutAsync(endpoint, null, new VariantSpec("ab", $"models:/{endpoint}/1"), new VariantSpec("ba", $"models:/{endpoint}/2"), new VariantSpec("dark", $"models:/{endpoint}/2", 0, Role: VariantRole.Shadow));

        const int Callers = 30;
        var answered = new HashSet<string>();
        for (var caller = 0; caller < Callers; caller++)
        {
            using var content = new StringContent(body, Encoding.UTF8, type);
            using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/mlflow/serve/{endpoint}") { Content = content };
            request.Headers.Add("X-MLOps-Caller-Key", $"caller-{caller}");
            using var answer = await platform.Http.SendAsync(request, Ct);
            var json = await answer.Content.ReadFromJsonAsync<JsonElement>(Ct);
            Assert.True(answer.IsSuccessStatusCode, json.GetRawText());
            Assert.Equal(21, json.GetProperty("predictions")[0][0].GetDouble());
            answered.Add(json.GetProperty("variant").GetString()!);
        }

        Assert.Equal(["ab", "ba"], answered.Order());
        var deployed = await platform.Http.GetFromJsonAsync<JsonElement>($"/api/v1/mlflow/serving/endpoints/{endpoint}", Ct);
        Assert.StartsWith("Variant 'ba' takes other columns than 'ab', or in another order", deployed.GetProperty("status_message").GetString(), StringComparison.Ordinal);
        var shadow = (await ReportedAsync(endpoint)).GetProperty("shadows")[0];
        Assert.Equal((Callers, 0), (shadow.GetProperty("compared").GetInt32(), shadow.GetProperty("failed").GetInt32()));
        Assert.Equal(0, shadow.GetProperty("outputs")[0].GetProperty("absolute").GetProperty("max").GetDouble());
    }

    /// <summary>The candidate wants a column that callers do not send, because the version that they know does not: that is the candidate's fault, and its end.</summary>
    [Fact]
    public async Task Invoke_CandidateWithAnotherSignature_CountsAsItsErrorAndIsRolledBack()
    {
        await platform.RegisterAsync("candidate", TinyModels.Weighted(1, 10), mlmodel: Columned("a", "b"));
        await platform.RegisterAsync("candidate", TinyModels.Weighted(1, 10, 100), mlmodel: Columned("a", "b", "c"));
        await RollOutAsync(
            "candidate",
            new CanarySpec("new", new[] { new CanaryStep(0.6, 3_600_000) }, new CanaryRules(MaxErrorRate: 0.1, MinSamples: 1000)),
            new VariantSpec("old", "models:/candidate/1"),
            new VariantSpec("new", "models:/candidate/2", 0));

        var deployed = await platform.Http.GetFromJsonAsync<JsonElement>("/api/v1/mlflow/serving/endpoints/candidate", Ct);
        Assert.Equal("Variant 'new' needs 'c', which 'old' does not: it refuses requests without.", deployed.GetProperty("status_message").GetString());
        var refusals = new List<string>();
        async Task AskAsync(int caller)
        {
            // A body that fits nobody is the caller's own.
            var column = caller % 10 == 9 ? "z" : "b";
            var (status, body) = await PostAsync("candidate", Json, $$$"""{"dataframe_records":[{"a":1,"{{{column}}}":2}],"params":{"caller_key":"c{{{caller}}}"} }""");
            if (status != HttpStatusCode.OK)
            {
                Assert.Equal(HttpStatusCode.BadRequest, status);
                refusals.Add(JsonDocument.Parse(body).RootElement.GetProperty("message").GetString()!);
            }
        }

        for (var caller = 0; caller < 60; caller++)
        {
            await AskAsync(caller);
        }

        Assert.Contains(refusals, message => message.StartsWith("Variant 'new' (version 2) was to answer, and takes other inputs than 'old': Column 'c' is missing", StringComparison.Ordinal));
        Assert.Contains(refusals, message => message.StartsWith("Column 'b' is missing", StringComparison.Ordinal));
        var counts = (await ReportedAsync("candidate")).GetProperty("variants").EnumerateArray().ToDictionary(variant => variant.GetProperty("name").GetString()!);
        Assert.Equal(refusals.Count(message => message.StartsWith("Variant", StringComparison.Ordinal)), counts["new"].GetProperty("errors").GetInt32());
        Assert.Equal(refusals.Count(message => message.StartsWith("Column", StringComparison.Ordinal)), counts.Values.Sum(variant => variant.GetProperty("refused").GetInt32()));
        Assert.Equal(0, counts["old"].GetProperty("errors").GetInt32());

        // What fits nobody is not judged.
        for (var caller = 0; counts["new"].GetProperty("requests").GetInt32() - counts["new"].GetProperty("refused").GetInt32() < 1000; caller += 100)
        {
            foreach (var next in Enumerable.Range(caller, 100))
            {
                await AskAsync(next);
            }

            counts = (await ReportedAsync("candidate")).GetProperty("variants").EnumerateArray().ToDictionary(variant => variant.GetProperty("name").GetString()!);
        }

        Assert.Equal("rolled_back", (await ReportedAsync("candidate")).GetProperty("canary").GetProperty("status").GetString());
    }

    /// <summary>The version that the inputs were made for is replaced before it is asked.</summary>
    [Fact]
    public async Task Infer_RolloutBetweenInputsAndAnswer_MakesThemAnew()
    {
        await RegisterOrdersAsync("rolled");
        await RollOutAsync("rolled", null, new VariantSpec("default", "models:/rolled/1"));
        var routes = platform.Services.GetRequiredService<RoutingTable>();
        await routes.GetAsync("rolled");
        var source = new RollingSource(async () =>
        {
            await RollOutAsync("rolled", null, new VariantSpec("default", "models:/rolled/2"));
            await routes.RefreshAsync("rolled");
        });

        using var prediction = await platform.Services.GetRequiredService<EndpointInvoker>().InferAsync("rolled", new PredictionRequest([], [], null, null, 0, Source: source), Ct);

        Assert.Equal([1, 2], source.MadeFor);
        Assert.Equal((2, 21f), (prediction.Variant.ModelVersion, prediction.Result.Outputs[0].Values<float>()[0]));
    }

    [Theory]
    [InlineData("text/html")]
    [InlineData("application/json; charset=latin1")]
    [InlineData("application/octet-stream")]
    public async Task Invoke_OtherType_Is415(string type)
    {
        var (status, body) = await PostAsync("plain", type, """{"inputs":[[1,2,3]]}""");
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, status);
        Assert.Contains("text/csv", body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"dataframe_split":{"columns":["it's c","extra","b","a"],"data":[[3,"text",2,1]]}}""", """{"predictions":[{"y":13.5}]}""")]
    [InlineData("""{"dataframe_records":[{"a":1,"b":2}]}""", """{"predictions":[{"y":NaN}]}""")]
    [InlineData("""{"inputs":{"a":[1,0],"b":[2,0],"it's c":[3,0]}}""", """{"predictions":{"y":[[13.5],[1.5]]}}""")]
    [InlineData("""{"instances":[{"a":1,"b":2,"it's c":3}]}""", """{"predictions":{"y":[[13.5]]}}""")]
    public async Task Invoke_Signature_PicksItsColumnsInItsOrder(string body, string expected) => Assert.Equal((HttpStatusCode.OK, expected), await PostAsync("signed", Json, body));

    [Theory]
    [InlineData("""{"dataframe_records":[{"a":1}]}""", "Column 'b' is missing: the model's signature requires it, as long")]
    [InlineData("""{"dataframe_records":[{"a":1,"b":2.5}]}""", "Column 'b' is 2.5 in row 0: the model's signature expects long")]
    [InlineData("""{"dataframe_records":[{"a":1,"b":2},{"a":"one","b":2}]}""", "Column 'a' is the text 'one' in row 1: the model's signature expects double")]
    [InlineData("""{"dataframe_records":[{"a":1,"b":null}]}""", "Column 'b' is null in row 0")]
    [InlineData("""{"dataframe_records":[{"a":true,"b":1}]}""", "Column 'a' is true in row 0")]
    [InlineData("""{"dataframe_records":[{"a":[1],"b":1}]}""", "Column 'a' is a list in row 0")]
    public async Task Invoke_AgainstTheSignature_NamesTheColumn(string body, string message) => await AssertBadAsync("signed", Json, body, message);

    [Fact]
    public async Task Invoke_ShapeOfTheSignature_IsEnforced()
    {
        Assert.Equal(HttpStatusCode.OK, (await PostAsync("shaped", Json, """{"inputs":[[1,2,3],[1,2,3]]}""")).Status);
        await AssertBadAsync("shaped", Json, """{"inputs":[[1,2,3]]}""", "Input 'x' has shape [1,3]: the model's signature expects float32 [2,3]");
    }

    [Theory]
    [InlineData(Json, "", "not valid JSON")]
    [InlineData(Json, "[1]", "expected an object")]
    [InlineData(Json, """{"inputs":[[1,2,3]],"instances":[[1,2,3]]}""", "expected exactly one")]
    [InlineData(Json, """{"params":{}}""", "none of")]
    [InlineData(Json, """{"inputs":[[1,2,"\ud800"]]}""", "Unicode")]
    [InlineData(Json, """{"inputs":[[1,2,3]],"params":{"caller_key":"\ud800"}}""", "Unicode")]
    [InlineData(Json, """{"inputs":[[1,2,1e309]]}""", "out of range")]
    [InlineData(Json, """{"dataframe_split":{"columns":["a","a"],"data":[[1,2]]}}""", "two columns of one name")]
    [InlineData(Json, """{"dataframe_split":{"columns":["a"],"data":[]}}""", "empty")]
    [InlineData(Json, """{"dataframe_split":{"columns":["a"],"data":[[1,2]]}}""", "row 0")]
    [InlineData(Json, """{"inputs":[[1,2,3],[1,2]]}""", "rows of different lengths")]
    [InlineData(Csv, "", "no columns")]
    [InlineData(Csv, "a,b,c\n1,2\n", "line 2")]
    [InlineData(Csv, "a,b,c\n1,\"2,3\n", "never closed")]
    [InlineData(Csv, "a,b,c\n1,x,3\n", "Column 'b' has the text 'x'")]
    [InlineData(Parquet, "PAR1", "not a Parquet file")]
    [InlineData(Parquet, "PAR1\u007f\u007f\u007f\u007fPAR1", "not a Parquet file")]
    public Task Invoke_Hostile_IsRefusedWithAReason(string type, string body, string message) => AssertBadAsync("plain", type, body, message);

    [Fact]
    public async Task Invoke_DeepJsonAndCsvThatIsNotText_AreRefused()
    {
        await AssertBadAsync("plain", Json, $"{{\"inputs\":{new string('[', 250_000)}", "not valid JSON");
        var (status, body) = await PostAsync("plain", Csv, [.. "a,b,c\n1,2,"u8, 0xC3, 0x28]);
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains("UTF-8", body, StringComparison.Ordinal);
    }

    /// <summary>As json.loads takes them, which reads the bodies of mlflow models serve.</summary>
    [Theory]
    [InlineData("""{"inputs":[[1,NaN,3],[1,Infinity,3],[1, -Infinity ,3]]}""", """{"predictions":{"y":[[NaN],[Infinity],[0.5]]}}""")]
    [InlineData("""{"dataframe_split":{"columns":["NaN","b\"Infinity","c"],"data":[[1,2,NaN]]}}""", """{"predictions":[{"y":NaN}]}""")]
    [InlineData("""{"dataframe_records":[{"a":Infinity,"b":2,"c":3}]}""", """{"predictions":[{"y":Infinity}]}""")]
    public async Task Invoke_BareNaNAndInfinity_AreNumbers(string body, string expected) => Assert.Equal((HttpStatusCode.OK, expected), await PostAsync("plain", Json, body));

    [Theory]
    [InlineData("plain", """{"inputs":{"a":1}}""", "no input 'a'")]
    [InlineData("signed", """{"inputs":{"a":1,"b":[1]}}""", "column 'a' of inputs is 1: expected an array")]
    [InlineData("signed", """{"inputs":{"a":[1,2],"b":[1]}}""", "column 'b' of inputs has 1 values, and 'a' 2")]
    [InlineData("signed", """{"inputs":[{"a":1,"b":2}]}""", "inputs is an array of objects, of which the first has 'a', 'b': rows go into dataframe_records")]
    [InlineData("plain", """{"inputs":[{"a":1}]}""", "inputs is an array of objects, of which the first has 'a'")]
    [InlineData("signed", """{"dataframe_records":[{"a":1},{"a":1,"b":2}]}""", "Column 'b' is null in row 0: the model's signature expects long")]
    [InlineData("signed", """{"dataframe_records":[{"a":1,"b":2},7]}""", "record 1 of dataframe_records is 7: expected an object")]
    [InlineData("signed", """{"dataframe_records":7}""", "dataframe_records is 7: expected an array of objects")]
    [InlineData("plain", """{"instances":[{"x":[1,2,3]},{}]}""", "instance 1 lacks 'x'")]
    [InlineData("plain", """{"inputs":[[1,2,3,4]]}""", "Input 'x' has shape [1,4]")]
    [InlineData("plain", """{"inputs":[[1,2,3]],"params":{"caller_key":true}}""", "caller_key must be")]
    [InlineData("plain", """{"inputs":[[1,2,1Infinity]]}""", "not valid JSON")]
    [InlineData("plain", """{"inputs":[[1,2,-NaN]]}""", "not valid JSON")]
    public async Task Invoke_BodyThatDoesNotFit_IsRefusedByOneCodeWithTheReason(string endpoint, string body, string message)
    {
        await AssertBadAsync(endpoint, Json, body, message);
        Assert.Contains("\"error_code\":\"BAD_REQUEST\"", (await PostAsync(endpoint, Json, body)).Body.Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    /// <summary>As in a data frame of pandas: what a record does not have is missing.</summary>
    [Fact]
    public async Task Invoke_RecordsOfWhichOneLacksAColumn_IsMissingThere() => Assert.Equal(
        (HttpStatusCode.OK, """{"predictions":[{"y":NaN},{"y":13.5}]}"""),
        await PostAsync("signed", Json, """{"dataframe_records":[{"a":1,"b":2},{"b":2,"it's c":3,"a":1}]}"""));

    [Fact]
    public async Task Invoke_UnknownEndpoint_IsMlflowsError()
    {
        var (status, body) = await PostAsync("nobody", Json, """{"inputs":[[1]]}""");
        Assert.Equal(HttpStatusCode.NotFound, status);
        Assert.Equal("RESOURCE_DOES_NOT_EXIST", JsonDocument.Parse(body).RootElement.GetProperty("error_code").GetString());
    }

    [Fact]
    public async Task Serve_CsvToo_SaysWhoAnswered()
    {
        using var content = new StringContent("a,b,c\n1,2,3\n", Encoding.UTF8, Csv);
        using var answer = await platform.Http.PostAsync("/api/v1/mlflow/serve/plain", content, Ct);
        Assert.Equal("""{"predictions":[[13.5]],"variant":"default","model_version":1}""", await answer.Content.ReadAsStringAsync(Ct));
    }

    [Fact]
    public async Task Invoke_StepsOfASequence_KeepTheState()
    {
        var version = await platform.RegisterAsync("steps", StepModels.RunningSum());
        await platform.Services.GetRequiredService<IGrainFactory>().GetGrain<IEndpointGrain>("steps").DeployAsync(new EndpointSpec(new[] { new VariantSpec("default", $"models:/steps/{version}") }, null));
        var sums = new List<double>();
        foreach (var start in new[] { "true", "false", "false" })
        {
            var (status, body) = await PostAsync("steps", Json, $$$"""{"inputs":{"x":[[2]]},"params":{"sequence_id":"s","sequence_start":{{{start}}}}}""");
            Assert.True(status == HttpStatusCode.OK, body);
            sums.Add(JsonDocument.Parse(body).RootElement.GetProperty("predictions").EnumerateObject().First().Value[0][0].GetDouble());
        }

        Assert.Equal([2, 4, 6], sums);
    }

    private async Task AssertBadAsync(string endpoint, string type, string body, string message)
    {
        var (status, answer) = await PostAsync(endpoint, type, body);
        Assert.Equal(HttpStatusCode.BadRequest, status);
        var error = JsonDocument.Parse(answer).RootElement;
        Assert.NotEmpty(error.GetProperty("error_code").GetString()!);
        Assert.Contains(message, error.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", answer, StringComparison.Ordinal);
    }

    private Task<(HttpStatusCode Status, string Body)> PostAsync(string endpoint, string type, string body) => PostAsync(endpoint, type, Encoding.UTF8.GetBytes(body));

    private async Task<(HttpStatusCode Status, string Body)> PostAsync(string endpoint, string type, byte[] body)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        using var answer = await platform.Http.PostAsync($"/endpoints/{endpoint}/invocations", content, Ct);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(Ct));
    }

    private static string Columned(params string[] columns) =>
        $"signature:\n  inputs: '[{string.Join(", ", columns.Select(column => $"{{\"type\": \"double\", \"name\": \"{column}\", \"required\": true}}"))}]'\n";

    /// <summary>Version 1 takes a and b, version 2 takes b and a; both give a + 10·b.</summary>
    private async Task RegisterOrdersAsync(string model)
    {
        await platform.RegisterAsync(model, TinyModels.Weighted(1, 10), mlmodel: Columned("a", "b"));
        await platform.RegisterAsync(model, TinyModels.Weighted(10, 1), mlmodel: Columned("b", "a"));
    }

    private async Task<JsonElement> ReportedAsync(string endpoint)
    {
        await platform.Services.GetRequiredService<ShadowQueue>().DrainAsync(endpoint, Ct);
        await platform.Services.GetRequiredService<EndpointReporter>().ReportAsync();
        return await platform.Http.GetFromJsonAsync<JsonElement>($"/api/v1/mlflow/serving/endpoints/{endpoint}/insight", Ct);
    }

    private Task<EndpointSnapshot> RollOutAsync(string endpoint, CanarySpec? canary, params VariantSpec[] variants) =>
        platform.Services.GetRequiredService<IGrainFactory>().GetGrain<IEndpointGrain>(endpoint).DeployAsync(new EndpointSpec(variants, null, canary));

    /// <summary>a = 1 and b = 2 as the version's columns are ordered; after the first time the endpoint is rolled to another version.</summary>
    private sealed class RollingSource(Func<Task> roll) : InputSource
    {
        public List<int> MadeFor { get; } = [];

        public override long Bytes => 0;

        public override bool IsAlike(VariantState one, VariantState other) => false;

        public override async ValueTask<MadeInputs> MakeAsync(VariantState variant, CancellationToken cancellationToken)
        {
            MadeFor.Add(variant.ModelVersion);
            if (MadeFor.Count == 1)
            {
                await roll();
            }

            return new MadeInputs([Tensor.Of<float>("x", variant.ModelVersion == 1 ? [1, 2] : [2, 1], 1, 2)]);
        }

        public override ValueTask<bool> FitsAsync(VariantState variant, CancellationToken cancellationToken) => ValueTask.FromResult(true);

        public override InputSource Copy() => this;
    }

    private async Task DeployAsync(string name, string? mlmodel)
    {
        var grain = platform.Services.GetRequiredService<IGrainFactory>().GetGrain<IEndpointGrain>(name);
        if (!(await platform.Http.GetAsync($"/v2/models/{name}", Ct)).IsSuccessStatusCode)
        {
            var version = await platform.RegisterAsync(name, TinyModels.Mlp(), mlmodel: mlmodel);
            await grain.DeployAsync(new EndpointSpec(new[] { new VariantSpec("default", $"models:/{name}/{version}") }, null));
        }
    }
}
