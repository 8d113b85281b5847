using Bunit;
using MLOps.Dashboard.Overview;

namespace MLOps.Dashboard.Tests.Overview;

public sealed class OverviewPageTests : DashboardTest
{
    private const string Status = """{"status":"ok","version":"1","store":"sqlite","experiments":1,"runs":1,"registered_models":1,"endpoints":1}""";
    private const string Experiments = """{"experiments":[{"experiment_id":"1","name":"financial-models"}]}""";

    [Fact]
    public void Page_NothingLogged_SaysWhatToDoNext()
    {
        var page = Render<OverviewPage>();

        page.WaitForAssertion(() =>
        {
            Assert.Contains("dotnet run --project MLOps.AppHost -- demo", page.Markup, StringComparison.Ordinal);
            Assert.Contains("export MLFLOW_TRACKING_URI=http://gateway:5000", page.Markup, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void Page_RunLoggedWhileLooking_Appears()
    {
        KeepFresh();
        var page = Render<OverviewPage>();
        page.WaitForState(() => page.Markup.Contains("Nothing has been logged", StringComparison.Ordinal));

        Gateway.Answer("GET /api/v1/mlflow/status", Status);
        Gateway.Answer("POST /api/2.0/mlflow/experiments/search", Experiments);
        Gateway.Answer("POST /api/2.0/mlflow/runs/search", Run("RUNNING"));
        page.WaitForAssertion(() =>
        {
            Assert.Equal("tcn-first", page.Find("td a").TextContent);
            Assert.Contains("Running", page.Find(".chip-live").TextContent, StringComparison.Ordinal);
        });

        Gateway.Answer("POST /api/2.0/mlflow/runs/search", Run("FINISHED"));
        page.WaitForAssertion(() => Assert.Contains("Finished", page.Find("td .chip-good").TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public void Page_GatewayGoesAway_KeepsWhatItKnowsAndRecovers()
    {
        KeepFresh();
        Gateway.Answer("GET /api/v1/mlflow/status", Status);
        Gateway.Answer("POST /api/2.0/mlflow/experiments/search", Experiments);
        Gateway.Answer("POST /api/2.0/mlflow/runs/search", Run("FINISHED"));
        var page = Render<OverviewPage>();
        page.WaitForElement("td a");

        Gateway.IsDown = true;
        page.WaitForAssertion(() =>
        {
            Assert.Contains("Cannot reach the gateway at http://gateway:5000/", page.Find(".banner").TextContent, StringComparison.Ordinal);
            Assert.Equal("tcn-first", page.Find("td a").TextContent);
        });

        Gateway.IsDown = false;
        page.WaitForAssertion(() => Assert.Empty(page.FindAll(".banner")));
    }

    [Theory]
    [InlineData("RUNNING", "0", "null")]
    [InlineData("FINISHED", "0", "1700000000000")]
    [InlineData("FINISHED", "null", "1700000000000")]
    [InlineData("FINISHED", "0", "0")]
    [InlineData("FAILED", "1700000000000", "0")]
    [InlineData("KILLED", "1700000000000", "null")]
    public void Run_WithoutOneOfItsTimes_ShowsADashForWhatFollowsFromIt(string status, string start, string end)
    {
        Gateway.Answer("GET /api/v1/mlflow/status", Status);
        Gateway.Answer("POST /api/2.0/mlflow/experiments/search", Experiments);
        Gateway.Answer("POST /api/2.0/mlflow/runs/search", Run(status, start, end));
        var page = Render<OverviewPage>();
        page.WaitForElement("td a");

        var cell = page.FindAll("td.num").Single(cell => cell.QuerySelector(".sub") is not null);
        Assert.EndsWith("–", cell.QuerySelector(".sub")!.TextContent.TrimEnd(), StringComparison.Ordinal);
        Assert.Equal(start.Length > 5, cell.QuerySelector("time") is not null);
        Assert.DoesNotContain("1970", cell.OuterHtml, StringComparison.Ordinal);
        Assert.Equal(start.Length > 5, cell.TextContent.Contains("d ago", StringComparison.Ordinal));
    }

    private static string Run(string status, string start = "1700000000000", string end = "null") => $$$"""
        {"runs":[{"info":{"run_id":"r1","run_name":"tcn-first","experiment_id":"1","status":"{{{status}}}","start_time":{{{start}}},"end_time":{{{end}}}},
                  "data":{"metrics":[{"key":"val_loss","value":0.25,"timestamp":1,"step":1}]}}]}
        """;
}
