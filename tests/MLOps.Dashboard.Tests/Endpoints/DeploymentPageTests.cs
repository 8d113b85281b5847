using Bunit;
using MLOps.Dashboard.Endpoints;

namespace MLOps.Dashboard.Tests.Endpoints;

public sealed class DeploymentPageTests : DashboardTest
{
    private const string Deploy = "POST /api/v1/mlflow/serving/deploy";
    private const string List = "GET /api/v1/mlflow/serving/endpoints";

    private const string Endpoints = """
        {"endpoints":[{"name":"regime","status":"ready","revision":2,"requests":1234,"errors":1,"latency_p50_ms":0.5,"latency_p99_ms":12.4,"variants":[
          {"name":"champion","model_uri":"models:/regime/Production","model_name":"regime","model_version":2,"weight":3,"replicas":2,"threads":1},
          {"name":"challenger","model_uri":"models:/regime/3","model_name":"regime","model_version":3,"weight":1,"replicas":1,"threads":1}]}]}
        """;

    private const string WithCanary = """
        {"endpoints":[{"name":"regime","status":"ready","revision":2,"requests":1234,"variants":[
          {"name":"champion","model_uri":"models:/regime/2","model_name":"regime","model_version":2,"weight":0.9,"replicas":1,"threads":1},
          {"name":"challenger","model_uri":"models:/regime/3","model_name":"regime","model_version":3,"weight":0.1,"replicas":1,"threads":1}],
          "canary":{"variant":"challenger","status":"running","step":2,"steps":[{"weight":0.05},{"weight":0.1},{"weight":0.5}],"weights":{"champion":3,"challenger":1}}}]}
        """;

    [Fact]
    public void Endpoint_TwoVariants_ShowsTrafficAndLatency()
    {
        Gateway.Answer(List, Endpoints);
        var page = Render<DeploymentPage>();
        page.WaitForElement(".figures");

        Assert.Contains("1,234", page.Find(".figures").TextContent, StringComparison.Ordinal);
        Assert.Contains("0.50 ms", page.Find(".figures").TextContent, StringComparison.Ordinal);
        Assert.Contains("75 %", page.FindAll("tbody tr")[0].TextContent, StringComparison.Ordinal);
        Assert.Contains("25 %", page.FindAll("tbody tr")[1].TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Change_ThenDeploy_SendsEveryVariant()
    {
        Gateway.Answer(List, Endpoints);
        Gateway.Answer(Deploy, """{"name":"regime","status":"ready"}""");
        var page = Change();
        page.Find("form").Submit();

        page.WaitForAssertion(() =>
        {
            var sent = Assert.Single(Gateway.Bodies(Deploy));
            Assert.Equal("regime", sent.GetProperty("endpoint").GetString());
            Assert.Equal(["models:/regime/Production", "models:/regime/3"], sent.GetProperty("variants").EnumerateArray().Select(v => v.GetProperty("model_uri").GetString()));
            Assert.Equal(3, sent.GetProperty("variants")[0].GetProperty("weight").GetDouble());
        });
    }

    [Fact]
    public void Change_EndpointWhoseCanaryRuns_KeepsItUnlessAPersonSaysOtherwise()
    {
        Gateway.Answer(List, WithCanary);
        Gateway.Answer(Deploy, WithCanary[14..^2]);
        var page = Change();

        Assert.Contains("Keep the running one: challenger, step 2 of 3", page.Find(".canary-fields option").TextContent, StringComparison.Ordinal);
        page.Find("form").Submit();
        page.WaitForAssertion(() => Assert.Single(Gateway.Bodies(Deploy)));
        var kept = Gateway.Bodies(Deploy)[0];
        Assert.Equal("keep", kept.GetProperty("running_canary").GetString());
        Assert.False(kept.TryGetProperty("canary", out _));

        // The weights that were asked for, not those that the canary has put in force.
        Assert.Equal([3, 1], kept.GetProperty("variants").EnumerateArray().Select(variant => variant.GetProperty("weight").GetDouble()));

        page.Find(".canary-fields select").Change("AtOnce");
        page.Find("form").Submit();
        page.WaitForAssertion(() => Assert.Equal("end", Gateway.Bodies(Deploy)[^1].GetProperty("running_canary").GetString()));
    }

    [Fact]
    public void Change_CanaryThatBeganMeanwhile_IsNotEnded()
    {
        Gateway.Answer(List, Endpoints);
        Gateway.Answer(Deploy, """{"title":"Conflict","detail":"Endpoint 'regime' runs a canary of 'challenger'","code":"invalid_state"}""", System.Net.HttpStatusCode.Conflict);
        var page = Change();
        page.Find("form").Submit();

        page.WaitForAssertion(() => Assert.Contains("runs a canary", page.Find("[role=alert]").TextContent, StringComparison.Ordinal));
        Assert.Equal("refuse", Gateway.Bodies(Deploy)[0].GetProperty("running_canary").GetString());
    }

    [Fact]
    public void Deploy_WithACanary_SendsStepsAndRules()
    {
        Gateway.Answer(List, Endpoints);
        Gateway.Answer(Deploy, """{"name":"regime","status":"ready"}""");
        var page = Change();
        page.Find(".canary-fields select").Change("Begin");
        page.FindAll(".canary-fields .step")[0].QuerySelector("input")!.Change("2.5");
        page.FindAll(".canary-fields .step")[2].QuerySelector("button")!.Click();
        page.Find("form").Submit();

        page.WaitForAssertion(() => Assert.Single(Gateway.Bodies(Deploy)));
        var canary = Gateway.Bodies(Deploy)[0].GetProperty("canary");
        Assert.Equal("challenger", canary.GetProperty("variant").GetString());
        Assert.Equal([(0.025, 600.0), (0.25, 600.0)], canary.GetProperty("steps").EnumerateArray().Select(step => (step.GetProperty("weight").GetDouble(), step.GetProperty("duration_seconds").GetDouble())));
        Assert.Equal(0.01, canary.GetProperty("max_error_rate").GetDouble());
        Assert.True(canary.GetProperty("on_drift").GetBoolean());
    }

    [Fact]
    public void Change_Limits_AreShownAndSent()
    {
        Gateway.Answer(List, Endpoints.Replace("\"status\":\"ready\"", "\"status\":\"ready\",\"limits\":{\"max_concurrency\":4,\"max_queue\":8,\"timeout_ms\":500}", StringComparison.Ordinal));
        Gateway.Answer(Deploy, """{"name":"regime","status":"ready"}""");
        var page = Change();
        var fields = page.FindAll(".limits input");
        Assert.Equal(["4", "8", "0", "0", "500"], fields.Select(field => field.GetAttribute("value")));
        fields[0].Change("6");
        page.Find("form").Submit();

        page.WaitForAssertion(() => Assert.Single(Gateway.Bodies(Deploy)));
        var limits = Gateway.Bodies(Deploy)[0].GetProperty("limits");
        Assert.Equal((6, 8, 500), (limits.GetProperty("max_concurrency").GetInt32(), limits.GetProperty("max_queue").GetInt32(), limits.GetProperty("timeout_ms").GetInt32()));
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(0, false)]
    public void Change_EndpointWithATest_SendsItUntilItsWinnerHasTheTraffic(int weight, bool isSent)
    {
        Gateway.Answer(List, $$$"""
            {"endpoints":[{"name":"regime","status":"ready","revision":2,"ab_test":{"metric":"pnl","control":"a"},"variants":[
              {"name":"a","model_uri":"models:/regime/1","model_name":"regime","model_version":1,"weight":{{{weight}}},"replicas":1,"threads":1},
              {"name":"b","model_uri":"models:/regime/2","model_name":"regime","model_version":2,"weight":1,"replicas":1,"threads":1}]}]}
            """);
        Gateway.Answer(Deploy, """{"name":"regime","status":"ready"}""");
        var page = Change();
        page.Find("form").Submit();

        page.WaitForAssertion(() =>
        {
            var sent = Assert.Single(Gateway.Bodies(Deploy));
            Assert.Equal(isSent, sent.TryGetProperty("ab_test", out var test) && test.ValueKind == System.Text.Json.JsonValueKind.Object);
        });
    }

    [Fact]
    public void Deploy_Refused_SaysWhyAndKeepsTheForm()
    {
        Gateway.Answer(Deploy, """{"title":"Not found","detail":"No model 'nope'","code":"not_found"}""", System.Net.HttpStatusCode.NotFound);
        var page = Render<DeploymentPage>();
        page.WaitForElement("form");

        Assert.True(page.Find("form button[type=submit]").HasAttribute("disabled"));
        page.FindAll("form input")[0].Input("regime");
        page.FindAll("form input")[1].Input("models:/nope/1");
        page.Find("form").Submit();

        page.WaitForAssertion(() => Assert.Contains("No model 'nope'", page.Find("[role=alert]").TextContent, StringComparison.Ordinal));
        Assert.Equal("models:/nope/1", page.FindAll("form input")[1].GetAttribute("value"));
    }

    [Fact]
    public void Page_NothingDeployed_SaysWhatToDo()
    {
        var page = Render<DeploymentPage>();

        page.WaitForAssertion(() => Assert.Contains("Nothing is deployed", page.Markup, StringComparison.Ordinal));
    }

    /// <summary>The page with its form filled by the only endpoint.</summary>
    private IRenderedComponent<DeploymentPage> Change()
    {
        var page = Render<DeploymentPage>();
        page.WaitForElement(".figures");
        page.FindAll(".panel-head button").First(button => button.TextContent == "Change").Click();
        return page;
    }
}
