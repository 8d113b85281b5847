using Bunit;
using Microsoft.Extensions.DependencyInjection;
using MLOps.Dashboard.Experiments;
using MLOps.Dashboard.Layout;

namespace MLOps.Dashboard.Tests.Experiments;

public sealed class ExperimentPageTests : DashboardTest
{
    private const string Search = "POST /api/2.0/mlflow/runs/search";

    public ExperimentPageTests()
    {
        Gateway.Answer("GET /api/2.0/mlflow/experiments/get-by-name", """{"experiment":{"experiment_id":"4","name":"desk/regimes"}}""");
        Gateway.Answer(Search, """
            {"runs":[
              {"info":{"run_id":"a","run_name":"<script>alert(1)</script>","experiment_id":"4","status":"FINISHED"},
               "data":{"metrics":[{"key":"val_loss","value":0.5,"timestamp":1,"step":1}],"params":[{"key":"val_loss","value":"<b>x</b>"}]}},
              {"info":{"run_id":"b","run_name":"second","experiment_id":"4","status":"FAILED"},"data":{}}]}
            """);
    }

    [Fact]
    public void Page_NamesWithMarkup_AreText()
    {
        var page = Open();

        Assert.Empty(page.FindAll("script"));
        Assert.Empty(page.FindAll("td b"));
        Assert.Equal("<script>alert(1)</script>", page.Find("td a").TextContent);
    }

    [Fact]
    public void Columns_MetricAndParameterOfOneName_AreBothThere()
    {
        KeepFresh();
        var page = Open();

        // Every refresh compares the columns with those before: names that clash would break it.
        page.WaitForState(() => Gateway.Bodies(Search).Count > 2);
        Assert.Equal(2, page.FindAll("th").Count(header => header.TextContent.Trim() == "val_loss"));
    }

    [Fact]
    public void Page_ExperimentWithSlash_IsAskedForByItsName()
    {
        Open();

        Assert.Equal("4", Gateway.Bodies(Search)[0].GetProperty("experiment_ids")[0].GetString());
    }

    [Fact]
    public void Header_MetricClicked_OrdersInTheStore()
    {
        var page = Open();

        page.Find("th button").Click();
        Assert.Contains(Gateway.Bodies(Search), body => body.GetProperty("order_by")[0].GetString() == "metrics.`val_loss` ASC");
        Assert.Equal("ascending", page.Find("th[aria-sort]").GetAttribute("aria-sort"));

        page.Find("th button").Click();
        Assert.Contains(Gateway.Bodies(Search), body => body.GetProperty("order_by")[0].GetString() == "metrics.`val_loss` DESC");
    }

    [Fact]
    public void Filter_Refused_SaysWhyAndKeepsTheRuns()
    {
        var page = Open();
        Gateway.Answer(Search, """{"error_code":"INVALID_PARAMETER_VALUE","message":"Invalid clause(s) in filter string: 'nonsense'"}""", System.Net.HttpStatusCode.BadRequest);

        page.Find("form input").Change("nonsense");
        page.Find("form").Submit();

        Assert.Equal("nonsense", Gateway.Bodies(Search)[^1].GetProperty("filter").GetString());
        Assert.Contains("Invalid clause", page.Find(".banner").TextContent, StringComparison.Ordinal);
        Assert.Equal(2, page.FindAll("tbody tr").Count);
    }

    [Fact]
    public void Runs_Ticked_AreSelectedForComparison()
    {
        var page = Open();

        page.FindAll("tbody input[type=checkbox]")[1].Change(true);
        page.FindAll("tbody input[type=checkbox]")[0].Change(true);

        Assert.Equal(["b", "a"], Services.GetRequiredService<RunSelection>().Runs);
        Assert.Equal(2, page.FindAll("tr.selected").Count);
    }

    private IRenderedComponent<ExperimentPage> Open()
    {
        var page = Render<ExperimentPage>(parameters => parameters.Add(p => p.Name, "desk/regimes"));
        page.WaitForElement("tbody tr");
        return page;
    }
}
