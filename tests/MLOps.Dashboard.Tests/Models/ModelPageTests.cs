using Bunit;
using MLOps.Dashboard.Models;

namespace MLOps.Dashboard.Tests.Models;

public sealed class ModelPageTests : DashboardTest
{
    private const string Versions = "GET /api/2.0/mlflow/model-versions/search";
    private const string History = "GET /api/v1/mlflow/models/regime/history";
    private const string Transition = "POST /api/v1/mlflow/models/transition";

    public ModelPageTests()
    {
        Gateway.Answer(Versions, """{"model_versions":[{"name":"regime","version":"1","current_stage":"Production"},{"name":"regime","version":"2","current_stage":"Staging"}]}""");
        Gateway.Answer(History, """{"history":[]}""");
    }

    [Fact]
    public void Versions_NewestFirst_WithTheirStages()
    {
        var page = Open();

        Assert.Equal(["v2", "v1"], page.FindAll("tbody td strong").Select(cell => cell.TextContent));
        Assert.Contains("v1 in Production", page.Find(".page-head").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void MoveToProduction_Confirmed_SendsItAndShowsTheNewHistory()
    {
        var page = Open();

        Button(page, "Production").Click();
        Assert.Contains("v1 is in Production now and will be archived", page.Find("[role=dialog]").TextContent, StringComparison.Ordinal);
        Assert.Empty(Gateway.Bodies(Transition));

        Gateway.Answer(Transition, """{"name":"regime","version":"2","current_stage":"Production"}""");
        Gateway.Answer(Versions, """{"model_versions":[{"name":"regime","version":"1","current_stage":"Archived"},{"name":"regime","version":"2","current_stage":"Production"}]}""");
        Gateway.Answer(History, """{"history":[{"kind":"stage","version":2,"alias":null,"from":"Staging","to":"Production","at":1700000000000,"by":"ana","comment":"better"},{"kind":"alias","version":2,"alias":"champion","from":null,"to":"2","at":1700000000000,"by":"ana","comment":null},{"kind":"stage","version":9,"alias":null,"from":"Archived","to":"Deleted","at":1,"by":"ana","comment":null}]}""");
        page.Find("[role=dialog] input").Change("better");
        page.Find("[role=dialog] form").Submit();

        page.WaitForAssertion(() =>
        {
            var sent = Assert.Single(Gateway.Bodies(Transition));
            Assert.Equal("2", sent.GetProperty("version").GetString());
            Assert.Equal("Production", sent.GetProperty("stage").GetString());
            Assert.Equal("better", sent.GetProperty("comment").GetString());
            Assert.Empty(page.FindAll("[role=dialog]"));
            Assert.Contains("v2 in Production", page.Find(".page-head").TextContent, StringComparison.Ordinal);
            Assert.Contains("ana", page.Markup, StringComparison.Ordinal);
            Assert.Contains("@champion", page.Markup, StringComparison.Ordinal);
            Assert.Contains("Deleted", page.Markup, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void Move_Cancelled_SendsNothing()
    {
        var page = Open();

        Button(page, "Archived").Click();
        page.Find("[role=dialog] button[type=button]").Click();

        Assert.Empty(page.FindAll("[role=dialog]"));
        Assert.Empty(Gateway.Bodies(Transition));
    }

    [Fact]
    public void Move_Refused_SaysWhy()
    {
        var page = Open();
        Gateway.Answer("POST /api/2.0/mlflow/model-versions/transition-stage", """{"error_code":"RESOURCE_CONFLICT","message":"Version 2 is not ready"}""", System.Net.HttpStatusCode.Conflict);

        Button(page, "Production").Click();
        page.Find("[role=dialog] form").Submit();

        page.WaitForAssertion(() => Assert.Contains("Version 2 is not ready", page.Find("[role=alert]").TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public void Validation_OfVersionsThatHaveIt_IsShownByMetric()
    {
        Gateway.Answer(Versions, """{"model_versions":[{"name":"regime","version":"1","current_stage":"None"},{"name":"regime","version":"2","current_stage":"None","run_id":"r2"}]}""");
        Gateway.Answer("GET /api/2.0/mlflow/runs/get", Run("r2", """
            {"key":"validation/temporal_continuity","value":0.64,"timestamp":1,"step":0},{"key":"validation/regime_fisher","value":2.146,"timestamp":1,"step":0},
            {"key":"validation/drift_ks","value":0.18,"timestamp":1,"step":0},{"key":"validation/drift_psi","value":0.22,"timestamp":1,"step":0},
            {"key":"sharpe_per_period","value":0.05,"timestamp":1,"step":0},{"key":"deflated_sharpe","value":0.61,"timestamp":1,"step":0},{"key":"sharpe_trials","value":12,"timestamp":1,"step":0}
            """));
        var page = Open();

        page.WaitForAssertion(() => Assert.Equal(
            ["v2", "0.64", "2.146 · –", "–", "–", "0.18 · 0.22", "0.05 · 0.61 · 12", "model/validation.json"],
            page.Find(".validation tbody tr").Children.Select(cell => cell.TextContent.Trim())));
        Assert.Single(page.FindAll(".validation tbody tr"));

        // They have their place: the preview keeps to the model's own figures.
        Assert.DoesNotContain(page.FindAll("tbody .metric"), metric => metric.TextContent.Contains("validation/", StringComparison.Ordinal));
    }

    private static string Run(string id, string metrics) =>
        $$$"""{"run":{"info":{"run_id":"{{{id}}}","run_name":"{{{id}}}","experiment_id":"1","status":"FINISHED","lifecycle_stage":"active"},"data":{"metrics":[{{{metrics}}}],"params":[],"tags":[]} } }""";

    private static AngleSharp.Dom.IElement Button(IRenderedComponent<ModelPage> page, string stage) =>
        page.FindAll("tbody .stages button").First(button => button.TextContent == stage);

    private IRenderedComponent<ModelPage> Open()
    {
        var page = Render<ModelPage>(parameters => parameters.Add(p => p.Name, "regime"));
        page.WaitForElement("tbody tr");
        return page;
    }
}
