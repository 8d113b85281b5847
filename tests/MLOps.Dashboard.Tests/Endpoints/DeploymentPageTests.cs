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
        var page = Render<DeploymentPage>();
        page.WaitForElement(".figures");

        page.FindAll(".panel-head button").First(button => button.TextContent == "Change").Click();
        page.Find("form").Submit();

        page.WaitForAssertion(() =>
        {
            var sent = Assert.Single(Gateway.Bodies(Deploy));
            Assert.Equal("regime", sent.GetProperty("endpoint").GetString());
            Assert.Equal(["models:/regime/Production", "models:/regime/3"], sent.GetProperty("variants").EnumerateArray().Select(v => v.GetProperty("model_uri").GetString()));
            Assert.Equal(3, sent.GetProperty("variants")[0].GetProperty("weight").GetDouble());
        });
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
        var page = Render<DeploymentPage>();
        page.WaitForElement(".figures");
        page.FindAll(".panel-head button").First(button => button.TextContent == "Change").Click();
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
}
