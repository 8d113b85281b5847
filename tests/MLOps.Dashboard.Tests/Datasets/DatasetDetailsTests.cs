using Bunit;
using MLOps.Dashboard.Models;

namespace MLOps.Dashboard.Tests.Datasets;

public sealed class DatasetDetailsTests : DashboardTest
{
    public DatasetDetailsTests()
    {
        Gateway.Answer("GET /mlops/datasets", """
            {"datasets":[{"name":"sp500","versions":[{"name":"sp500","version":2,"kind":"ohlcv","rows":120,"columns":[{"name":"date","type":"date"},{"name":"close","type":"double"}]}]}]}
            """);
        Gateway.Answer("GET /mlops/datasets/sp500/versions/2/profile", """
            {"name":"sp500","version":2,"rows":120,"columns":[
              {"name":"date","type":"date","present":120,"missing":0,"first":"2020-01-02","last":"2020-06-30"},
              {"name":"close","type":"double","present":118,"missing":2,"min":1,"max":7,"mean":3,"deviation":1.5,"quantiles":[{"share":0.05,"value":1.25},{"share":0.5,"value":2.75},{"share":0.95,"value":6.5}],
               "histogram":[{"from":0,"to":2,"count":20},{"from":2,"to":4,"count":0},{"from":4,"to":6,"count":98}]},
              {"name":"side","type":"string","present":120,"missing":0,"distinct":2,"top":[{"value":"buy","count":70},{"value":"sell","count":50}]}]}
            """);
        Gateway.Answer("GET /mlops/datasets/sp500/versions/2/preview", """
            {"name":"sp500","version":2,"rows":120,"columns":[{"name":"date","type":"date"},{"name":"close","type":"double"}],"head":[["2020-01-02","1.5"]],"tail":[["2020-06-30",null]]}
            """);
    }

    [Fact]
    public void View_Version_ShowsProfileHistogramAndRowsUntilItIsClosed()
    {
        var page = Render<RegistryPage>();
        page.WaitForElement("td .btn-link").Click();

        var details = page.WaitForElement("[aria-label='Dataset sp500 version 2']");
        Assert.Equal(["4 to 6: 98", "0 to 2: 20"], details.QuerySelectorAll("svg rect title").Select(title => title.TextContent).Reverse());
        Assert.Contains("2.75", details.TextContent, StringComparison.Ordinal);
        Assert.Contains("2020-01-02 … 2020-06-30", details.TextContent, StringComparison.Ordinal);
        Assert.Contains("2 different: buy (70), sell (50)", details.TextContent, StringComparison.Ordinal);
        Assert.Contains("… 118 rows …", details.TextContent, StringComparison.Ordinal);
        Assert.Contains("missing", details.QuerySelectorAll("tr")[^1].TextContent, StringComparison.Ordinal);

        details.QuerySelector("button")!.Click();
        Assert.Empty(page.FindAll("[aria-label='Dataset sp500 version 2']"));
    }
}
