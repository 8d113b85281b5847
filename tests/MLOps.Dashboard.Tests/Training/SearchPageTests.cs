using Bunit;
using MLOps.Dashboard.Training.Search;

namespace MLOps.Dashboard.Tests.Training;

public sealed class SearchPageTests : DashboardTest
{
    private const string Searches = "GET /mlops/training/search";

    [Fact]
    public void Search_InProgress_ShowsItsTrialsAndTheBestSoFar()
    {
        Gateway.Answer(Searches, Search("running"));

        var page = Render<SearchPage>();

        page.WaitForAssertion(() => Assert.Contains("Best val_loss so far: 0.25 (trial 1: channels = 16, learning_rate = 0.01)", page.Find(".best").TextContent, StringComparison.Ordinal));
        var rows = page.FindAll(".panel:first-of-type tbody tr");
        Assert.Equal(3, rows.Count);
        Assert.Equal("selected", rows[1].ClassName);
        Assert.Contains("worse than the median", rows[2].TextContent, StringComparison.Ordinal);
        Assert.Equal("30", page.Find("[role=progressbar]").GetAttribute("aria-valuenow"));
    }

    [Fact]
    public void Stop_Asked_StopsAfterTheConfirmation()
    {
        Gateway.Answer(Searches, Search("running"));
        Gateway.Answer("POST /mlops/training/search/s1/stop", """{"search_id":"s1","status":"running"}""");
        var page = Render<SearchPage>();
        page.WaitForElement(".panel-head .btn-danger").Click();

        page.Find(".panel-head .btn-danger").Click();

        page.WaitForAssertion(() => Assert.Single(Gateway.Bodies("POST /mlops/training/search/s1/stop")));
    }

    [Fact]
    public void NoSearch_SaysHowToStartOne()
    {
        Gateway.Answer(Searches, """{"searches":[]}""");

        var page = Render<SearchPage>();

        page.WaitForAssertion(() => Assert.Contains("POST /mlops/training/search", page.Markup, StringComparison.Ordinal));
    }

    private static string Search(string status) => $$"""
        {"searches":[{"search_id":"s1","model":"tcn","dataset":"sp500","method":"tpe","metric":"val_loss","direction":"minimize","status":"{{status}}","maximum_trials":10,"run_id":"p",
          "best":{"number":1,"values":{"channels":"16","learning_rate":"0.01"},"status":"completed","value":0.25,"job_id":"j1","run_id":"r1"},
          "trials":[{"number":0,"values":{"channels":"8","learning_rate":"0.1"},"status":"completed","value":0.5,"job_id":"j0","run_id":"r0"},
            {"number":1,"values":{"channels":"16","learning_rate":"0.01"},"status":"completed","value":0.25,"job_id":"j1","run_id":"r1"},
            {"number":2,"values":{"channels":"4","learning_rate":"0.1"},"status":"pruned","value":0.9,"job_id":"j2","run_id":"r2","message":"worse than the median of the others"}]}]}
        """;
}
