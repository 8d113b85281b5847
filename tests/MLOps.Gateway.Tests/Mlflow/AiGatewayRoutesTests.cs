using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using static MLOps.Gateway.Tests.Mlflow.JsonCalls;

namespace MLOps.Gateway.Tests.Mlflow;

/// <summary>The AI gateway's configuration as MLflow's clients and page call it.</summary>
public sealed class AiGatewayRoutesTests(AiGatewayPlatform bench) : IClassFixture<AiGatewayPlatform>
{
    private const string Gateway = "/api/3.0/mlflow/gateway/";
    private const string Proxy = "/ajax-api/2.0/mlflow/gateway-proxy";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/api")]
    [InlineData("/ajax-api")]
    public async Task Secret_Made_IsAnsweredMaskedOnly(string prefix)
    {
        var name = NewName();
        var (status, made) = await SendAsync(HttpMethod.Post, $"{prefix}/3.0/mlflow/gateway/secrets/create", $$"""{"secret_name":"{{name}}","secret_value":{"api_key":"sk-very-secret-1234"},"provider":"openai","auth_config":{"auth_mode":"api_key"},"created_by":"ada"}""");
        Assert.Equal(HttpStatusCode.OK, status);
        var secret = Json(made).GetProperty("secret");
        var id = secret.GetProperty("secret_id").GetString();
        var time = secret.GetProperty("created_at").GetInt64();
        Assert.Equal(
            $$"""{"secret":{"secret_id":"{{id}}","secret_name":"{{name}}","masked_values":{"api_key":"sk-...1234"},"created_at":{{time}},"last_updated_at":{{time}},"provider":"openai","created_by":"ada","last_updated_by":"ada","auth_config":{"auth_mode":"api_key"} } }""".Replace(" ", string.Empty, StringComparison.Ordinal),
            made);
        Assert.Equal(made, (await SendAsync(HttpMethod.Get, Gateway + "secrets/get?secret_id=" + id)).Body);
        Assert.DoesNotContain("very-secret", (await SendAsync(HttpMethod.Get, Gateway + "secrets/list?provider=openai")).Body, StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.BadRequest, "RESOURCE_ALREADY_EXISTS"), await ErrorAsync(HttpMethod.Post, Gateway + "secrets/create", $$"""{"secret_name":"{{name}}","secret_value":{} }"""));
        var (refused, words) = await SendAsync(HttpMethod.Post, Gateway + "secrets/update", $$"""{"secret_id":"{{id}}","secret_value":{"api_key":["very-secret"]} }""");
        Assert.Equal(HttpStatusCode.BadRequest, refused);
        Assert.DoesNotContain("very-secret", words, StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.OK, "{}"), await SendAsync(HttpMethod.Delete, Gateway + "secrets/delete", $$"""{"secret_id":"{{id}}"}"""));
        Assert.Equal((HttpStatusCode.NotFound, "RESOURCE_DOES_NOT_EXIST"), await ErrorAsync(HttpMethod.Get, Gateway + "secrets/get?secret_id=" + id));
        Assert.Equal("""{"secrets_available":true,"using_default_passphrase":true}""", (await SendAsync(HttpMethod.Get, Gateway + "secrets/config")).Body);
    }

    [Fact]
    public async Task Endpoint_ThroughItsLife_AnswersMlflowsShape()
    {
        var (first, second) = (await ModelAsync(), await ModelAsync());
        var name = NewName();
        var (_, made) = await SendAsync(
            HttpMethod.Post,
            Gateway + "endpoints/create",
            $$"""
            {"name":"{{name}}","routing_strategy":"REQUEST_BASED_TRAFFIC_SPLIT","fallback_config":{"strategy":"SEQUENTIAL","max_attempts":2},
             "model_configs":[{"model_definition_id":"{{first}}","linkage_type":"PRIMARY","weight":0.3},{"model_definition_id":"{{second}}","linkage_type":2,"fallback_order":0}]}
            """);
        var endpoint = Json(made).GetProperty("endpoint");
        var id = endpoint.GetProperty("endpoint_id").GetString();
        var mappings = endpoint.GetProperty("model_mappings");
        Assert.Equal("""{"strategy":"SEQUENTIAL","max_attempts":2}""", endpoint.GetProperty("fallback_config").GetRawText());
        Assert.Equal((first, "0.3", "PRIMARY"), (mappings[0].GetProperty("model_definition").GetProperty("model_definition_id").GetString(), mappings[0].GetProperty("weight").GetRawText(), mappings[0].GetProperty("linkage_type").GetString()));
        Assert.Equal((second, "FALLBACK", 0), (mappings[1].GetProperty("model_definition_id").GetString(), mappings[1].GetProperty("linkage_type").GetString(), mappings[1].GetProperty("fallback_order").GetInt32()));
        Assert.True(endpoint.GetProperty("usage_tracking").GetBoolean());
        Assert.NotEmpty(endpoint.GetProperty("experiment_id").GetString()!);
        Assert.Equal(made, (await SendAsync(HttpMethod.Get, Gateway + "endpoints/get?name=" + name)).Body);

        Assert.Equal((HttpStatusCode.BadRequest, "INVALID_STATE"), await ErrorAsync(HttpMethod.Delete, Gateway + "model-definitions/delete", $$"""{"model_definition_id":"{{second}}"}"""));
        Assert.Equal((HttpStatusCode.OK, "{}"), await SendAsync(HttpMethod.Post, Gateway + "endpoints/models/detach", $$"""{"endpoint_id":"{{id}}","model_definition_id":"{{second}}"}"""));
        var attached = Json((await SendAsync(HttpMethod.Post, Gateway + "endpoints/models/attach", $$"""{"endpoint_id":"{{id}}","model_config":{"model_definition_id":"{{second}}","linkage_type":"PRIMARY"} }""")).Body).GetProperty("mapping");
        Assert.Equal((id, "1"), (attached.GetProperty("endpoint_id").GetString(), attached.GetProperty("weight").GetRawText()));
        Assert.Equal((HttpStatusCode.OK, "{}"), await SendAsync(HttpMethod.Post, Gateway + "endpoints/set-tag", $$"""{"endpoint_id":"{{id}}","key":"team","value":"x"}"""));
        var updated = Json((await SendAsync(HttpMethod.Post, Gateway + "endpoints/update", $$"""{"endpoint_id":"{{id}}","usage_tracking":false}""")).Body).GetProperty("endpoint");
        Assert.Equal((false, "team", 2), (updated.GetProperty("usage_tracking").GetBoolean(), updated.GetProperty("tags")[0].GetProperty("key").GetString(), updated.GetProperty("model_mappings").GetArrayLength()));
        Assert.Equal((HttpStatusCode.OK, "{}"), await SendAsync(HttpMethod.Delete, Gateway + "endpoints/delete-tag", $$"""{"endpoint_id":"{{id}}","key":"team"}"""));

        var key = $"\"endpoint_id\":\"{id}\",\"resource_type\":\"scorer\",\"resource_id\":\"job\"";
        var bound = Json((await SendAsync(HttpMethod.Post, Gateway + "endpoints/bindings/create", $$"""{{{key}}}""")).Body).GetProperty("binding");
        Assert.Equal(("scorer", "job"), (bound.GetProperty("resource_type").GetString(), bound.GetProperty("resource_id").GetString()));
        Assert.Equal(1, Json((await SendAsync(HttpMethod.Get, $"{Gateway}endpoints/bindings/list?endpoint_id={id}")).Body).GetProperty("bindings").GetArrayLength());
        Assert.Equal((HttpStatusCode.OK, "{}"), await SendAsync(HttpMethod.Delete, Gateway + "endpoints/bindings/delete", $$"""{{{key}}}"""));
        Assert.Equal("{}", (await SendAsync(HttpMethod.Get, $"{Gateway}endpoints/bindings/list?endpoint_id={id}")).Body);

        Assert.Contains(Json((await SendAsync(HttpMethod.Get, Gateway + "endpoints/list")).Body).GetProperty("endpoints").EnumerateArray(), listed => listed.GetProperty("name").GetString() == name);
        Assert.Equal((HttpStatusCode.OK, "{}"), await SendAsync(HttpMethod.Delete, Gateway + "endpoints/delete", $$"""{"endpoint_id":"{{id}}"}"""));
        Assert.Equal((HttpStatusCode.OK, "{}"), await SendAsync(HttpMethod.Delete, Gateway + "model-definitions/delete", $$"""{"model_definition_id":"{{second}}"}"""));
    }

    [Theory]
    [InlineData("POST", "secrets/create", """{"secret_value":{"a":"b"}}""")]
    [InlineData("POST", "secrets/create", """{"secret_name":"a"}""")]
    [InlineData("POST", "secrets/create", """{"secret_name":"a","secret_value":"b"}""")]
    [InlineData("GET", "secrets/get?secret_id=a&secret_name=b", null)]
    [InlineData("POST", "model-definitions/create", """{"name":"a","secret_id":"s","provider":"p"}""")]
    [InlineData("POST", "endpoints/create", """{"name":"a b","model_configs":[{"model_definition_id":"d","linkage_type":1}]}""")]
    [InlineData("POST", "endpoints/create", """{"name":"a","model_configs":[]}""")]
    [InlineData("POST", "endpoints/create", """{"name":"a","model_configs":[{"model_definition_id":"d"}]}""")]
    [InlineData("POST", "endpoints/create", """{"name":"a","model_configs":[{"model_definition_id":"d","linkage_type":3}]}""")]
    [InlineData("POST", "endpoints/create", """{"name":"a","model_configs":[{"model_definition_id":"d","linkage_type":1,"weight":-1}]}""")]
    [InlineData("POST", "endpoints/create", """{"name":"a","routing_strategy":"ANY","model_configs":[{"model_definition_id":"d","linkage_type":1}]}""")]
    [InlineData("GET", "endpoints/get", null)]
    [InlineData("POST", "endpoints/models/attach", """{"endpoint_id":"e"}""")]
    [InlineData("POST", "endpoints/bindings/create", """{"endpoint_id":"e","resource_type":"table","resource_id":"r"}""")]
    [InlineData("GET", "provider-config", null)]
    [InlineData("GET", "provider-config?provider=anthropic", null)]
    public async Task Call_ThatIsWrong_IsRefusedInMlflowsShape(string method, string path, string? body) =>
        Assert.Equal((HttpStatusCode.BadRequest, "INVALID_PARAMETER_VALUE"), await ErrorAsync(new HttpMethod(method), Gateway + path, body));

    [Fact]
    public async Task Providers_AreThoseThatTheOperatorAllows()
    {
        Assert.Equal("""{"providers":["bedrock","openai"]}""", (await SendAsync(HttpMethod.Get, Gateway + "supported-providers")).Body);
        Assert.All(Json((await SendAsync(HttpMethod.Get, Gateway + "supported-models")).Body).GetProperty("models").EnumerateArray(), model => Assert.Equal("openai", model.GetProperty("provider").GetString()));
        var bedrock = Json((await SendAsync(HttpMethod.Get, Gateway + "provider-config?provider=bedrock")).Body);
        Assert.Equal("api_key", bedrock.GetProperty("default_mode").GetString());
        var keys = Assert.Single(bedrock.GetProperty("auth_modes").EnumerateArray(), mode => mode.GetProperty("mode").GetString() == "access_keys");
        Assert.Equal((2, "aws_region_name"), (keys.GetProperty("secret_fields").GetArrayLength(), keys.GetProperty("config_fields")[0].GetProperty("name").GetString()));
    }

    [Fact]
    public async Task Promptlab_KeepsATrialAsARunWithAModel()
    {
        var experiment = (await bench.Platform.Http.PostAsync(MlflowHttp.Api + "experiments/create", new { name = NewName() })).GetProperty("experiment_id").GetString();
        var answer = await bench.Platform.Http.PostAsync(MlflowHttp.Api + "runs/create-promptlab-run", new
        {
            experiment_id = experiment,
            run_name = "trial",
            prompt_template = "Hello {{ who }} 😀",
            prompt_parameters = new[] { new { key = "who", value = "you" } },
            model_route = "chat",
            model_parameters = new[] { new { key = "temperature", value = 0.1 } },
            model_input = "Hello you",
            model_output = "Hi",
            model_output_parameters = new[] { new { key = "latency", value = "100" } },
            mlflow_version = "3.11.2",
            user_id = "ada",
            start_time = 456,
        });
        var info = answer.GetProperty("run").GetProperty("info");
        Assert.Equal(("trial", "ada", "FINISHED", 456), (info.GetProperty("run_name").GetString(), info.GetProperty("user_id").GetString(), info.GetProperty("status").GetString(), info.GetProperty("start_time").GetInt32()));
        var data = answer.GetProperty("run").GetProperty("data");
        Assert.Equal(
            ["model_route=chat", "prompt_template=Hello {{ who }} 😀", "temperature=0.1"],
            data.GetProperty("params").EnumerateArray().Select(param => $"{param.GetProperty("key").GetString()}={param.GetProperty("value").GetString()}").Order(StringComparer.Ordinal));
        Assert.Contains(data.GetProperty("tags").EnumerateArray(), tag => tag.GetProperty("key").GetString() == "mlflow.runSourceType" && tag.GetProperty("value").GetString() == "PROMPT_ENGINEERING");
        var artifact = $"/get-artifact?run_id={info.GetProperty("run_id").GetString()}&path=";
        Assert.Equal(
            """{"columns": ["who", "prompt", "output", "latency"], "data": [["you", "Hello you", "Hi", "100"]]}""",
            await bench.Platform.Http.GetStringAsync(artifact + "eval_results_table.json", Ct));
        var model = Json(await bench.Platform.Http.GetStringAsync(artifact + "model/MLmodel", Ct));
        Assert.Equal("parameters.yaml", model.GetProperty("flavors").GetProperty("python_function").GetProperty("parameters_path").GetString());
        Assert.Contains("Hello {{ who }} 😀", await bench.Platform.Http.GetStringAsync(artifact + "model/parameters.yaml", Ct), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Promptlab_ThatCannotBeKept_EndsItsRunAsFailed()
    {
        var experiment = (await bench.Platform.Http.PostAsync(MlflowHttp.Api + "experiments/create", new { name = NewName() })).GetProperty("experiment_id").GetString();
        await bench.Platform.Http.PostAsync(
            MlflowHttp.Api + "runs/create-promptlab-run",
            new { experiment_id = experiment, prompt_template = "t", prompt_parameters = new[] { new { key = "a", value = "b" } }, model_parameters = new[] { new { key = "bad\\key", value = "b" } }, model_route = "r", model_input = "i", mlflow_version = "1" },
            HttpStatusCode.BadRequest);
        var runs = await bench.Platform.Http.PostAsync(MlflowHttp.Api + "runs/search", new { experiment_ids = new[] { experiment } });
        Assert.Equal("FAILED", Assert.Single(runs.GetProperty("runs").EnumerateArray()).GetProperty("info").GetProperty("status").GetString());
    }

    [Fact]
    public async Task Proxy_CallsTheConfiguredServerAndNothingElse()
    {
        bench.Deployments.Answer = (_, response) => response.WriteAsync("""{"answer":1}""");
        var (status, body) = await SendAsync(HttpMethod.Post, Proxy, """{"gateway_path":"/gateway/chat/invocations","json_data":{"q":"?"}}""");
        Assert.Equal((HttpStatusCode.OK, """{"answer":1}"""), (status, body));
        var call = Assert.Single(bench.Deployments.Calls);
        Assert.Equal(("/base/gateway/chat/invocations", """{"q":"?"}"""), (call.Path, call.Body));
        Assert.Equal("""{"answer":1}""", (await SendAsync(HttpMethod.Get, Proxy + "?gateway_path=api/2.0/endpoints")).Body);
        Assert.Equal("/base/api/2.0/endpoints", bench.Deployments.Calls[1].Path);

        foreach (var path in (string[])["", "foo/bar", "gateway/../invocations", "gateway/./invocations", "gateway/a/../invocations", "gateway/a%2f..%2f/invocations", "gateway/a?b=/invocations", "http://other.example/gateway/a/invocations", "gateway/a@b:1/invocations"])
        {
            Assert.Equal((HttpStatusCode.BadRequest, "INVALID_PARAMETER_VALUE"), await ErrorAsync(HttpMethod.Post, Proxy, JsonSerializer.Serialize(new { gateway_path = path })));
        }

        Assert.Equal((HttpStatusCode.BadRequest, "INVALID_PARAMETER_VALUE"), await ErrorAsync(HttpMethod.Get, Proxy + "?gateway_path=hello/world"));
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await SendAsync(HttpMethod.Delete, Proxy)).Status);
        bench.Deployments.Answer = (_, response) =>
        {
            response.Redirect("/elsewhere");
            return Task.CompletedTask;
        };
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "TEMPORARILY_UNAVAILABLE"), await ErrorAsync(HttpMethod.Get, Proxy + "?gateway_path=api/2.0/endpoints"));
        Assert.Equal(3, bench.Deployments.Calls.Count);
    }

    private static string NewName() => $"n{Guid.NewGuid():n}";

    private async Task<string> ModelAsync()
    {
        var secret = Json((await SendAsync(HttpMethod.Post, Gateway + "secrets/create", $$"""{"secret_name":"{{NewName()}}","secret_value":{"api_key":"k"} }""")).Body).GetProperty("secret").GetProperty("secret_id").GetString();
        var (status, made) = await SendAsync(HttpMethod.Post, Gateway + "model-definitions/create", $$"""{"name":"{{NewName()}}","secret_id":"{{secret}}","provider":"openai","model_name":"gpt-4o"}""");
        Assert.True(status == HttpStatusCode.OK, made);
        return Json(made).GetProperty("model_definition").GetProperty("model_definition_id").GetString()!;
    }

    private async Task<(HttpStatusCode Status, string? Code)> ErrorAsync(HttpMethod method, string path, string? body = null)
    {
        var (status, answer) = await SendAsync(method, path, body);
        return (status, Json(answer).GetProperty("error_code").GetString());
    }

    private Task<(HttpStatusCode Status, string Body)> SendAsync(HttpMethod method, string path, string? body = null) =>
        bench.Platform.Http.SendJsonAsync(method, path, body);
}
