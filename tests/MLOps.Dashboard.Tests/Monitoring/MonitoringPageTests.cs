using Bunit;
using MLOps.Dashboard.Monitoring;

namespace MLOps.Dashboard.Tests.Monitoring;

public sealed class MonitoringPageTests : DashboardTest
{
    private const string Acknowledge = "POST /mlops/alerts/vol/2020-03/acknowledge";

    public MonitoringPageTests()
    {
        Gateway.Answer("GET /api/v1/mlflow/serving/endpoints", """{"endpoints":[{"name":"calm","status":"ready"},{"name":"vol","status":"ready"}]}""");
        Gateway.Answer("GET /mlops/alerts", Alerts("null", "null"));
        Gateway.Answer("GET /mlops/monitoring/calm/drift", """{"endpoint":"calm","reports":[]}""");
        Gateway.Answer("GET /mlops/monitoring/vol/drift", """
            {"endpoint":"vol","reports":[
              {"window":"2020-03","count":22,"statistic":4,"threshold":2,"drifted":true,"textbook_drifted":true,"features":[
                {"feature":"gap","kolmogorov_smirnov":0.3,"normalised":1,"textbook_p_value":0.2,"population_stability_index":0.1},
                {"feature":"range","kolmogorov_smirnov":0.9,"normalised":4,"textbook_p_value":1e-9,"population_stability_index":5}]},
              {"window":"2020-02","count":19,"statistic":1,"threshold":2,"drifted":false,"textbook_drifted":true,"features":[
                {"feature":"quiet","kolmogorov_smirnov":0.2,"normalised":1,"textbook_p_value":0.01,"population_stability_index":0.1}]}]}
            """);
    }

    [Fact]
    public void Page_AlertOfAnEndpoint_ShowsThatEndpointsDriftedWindow()
    {
        var page = Open();

        var columns = page.FindAll(".col");
        Assert.Equal(["2020-02", "2020-03"], columns.Select(column => column.GetAttribute("title")![..7]));
        Assert.Contains("drifted", columns[1].ClassName!, StringComparison.Ordinal);
        Assert.Equal("true", columns[1].GetAttribute("aria-pressed"));
        Assert.Contains("1 of 2", page.Find(".verdict").TextContent, StringComparison.Ordinal);
        Assert.Contains("2 of 2", page.Find(".verdict").TextContent, StringComparison.Ordinal);
        Assert.Equal(["range", "gap"], Features(page));
    }

    [Fact]
    public void Column_Clicked_ShowsThatWindowsFeatures()
    {
        var page = Open();

        page.FindAll(".col")[0].Click();

        page.WaitForAssertion(() => Assert.Equal(["quiet"], Features(page)));
    }

    [Fact]
    public void Acknowledge_WithAName_IsSentAndShown()
    {
        var page = Open();
        Gateway.Answer(Acknowledge, """{"alert_id":"vol/2020-03","endpoint":"vol","acknowledged_by":"ana","acknowledged_at":1700000000000}""");

        page.FindAll("button").First(button => button.TextContent == "Acknowledge").Click();
        page.Find("form.who input").Input(" ana ");
        Gateway.Answer("GET /mlops/alerts", Alerts("\"ana\"", "1700000000000"));
        page.Find("form.who").Submit();

        page.WaitForAssertion(() =>
        {
            Assert.Equal("ana", Assert.Single(Gateway.Bodies(Acknowledge)).GetProperty("by").GetString());
            Assert.Contains("by ana", page.Markup, StringComparison.Ordinal);
            Assert.Contains("0 open of 1", page.Markup, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void Alert_RaisedWhileLooking_Appears()
    {
        KeepFresh();
        Gateway.Answer("GET /mlops/alerts", """{"alerts":[]}""");
        var page = Render<MonitoringPage>();
        page.WaitForState(() => page.Markup.Contains("No alerts", StringComparison.Ordinal));

        Gateway.Answer("GET /mlops/alerts", Alerts("null", "null"));

        page.WaitForAssertion(() => Assert.Contains("range is unlike the training years", page.Markup, StringComparison.Ordinal));
    }

    private static IEnumerable<string> Features(IRenderedComponent<MonitoringPage> page) =>
        page.FindComponent<FeatureTable>().FindAll("tbody td.mono").Select(cell => cell.TextContent);

    private static string Alerts(string by, string at) => $$"""
        {"alerts":[{"alert_id":"vol/2020-03","endpoint":"vol","kind":"DRIFT","window":"2020-03","feature":"range","value":4,"threshold":2,
          "message":"range is unlike the training years","raised_at":1700000000000,"acknowledged_by":{{by}},"acknowledged_at":{{at}}}]}
        """;

    private IRenderedComponent<MonitoringPage> Open()
    {
        var page = Render<MonitoringPage>();
        page.WaitForElement(".verdict");
        return page;
    }
}
