using Bunit;
using MLOps.Dashboard.Training.Retraining;

namespace MLOps.Dashboard.Tests.Training;

public sealed class RetrainingPageTests : DashboardTest
{
    private const string Policies = "GET /mlops/training/retraining";
    private const string Set = "PUT /api/v1/mlflow/serving/endpoints/vol/retraining";
    private const string Policy = """
        {"endpoint":"vol","model":"har","dataset":"sp500","parameters":{},"features":null,"evaluation":{"method":"rolling","folds":4},"checkpoint_every":50,"every_seconds":604800,"on_drift":true,"validation_rows":250,"metric":"qlike","direction":"minimize","threshold":null,"canary":true,"next_time":4102444800000,
          "history":[{"job_id":"j2","reason":"drift: close has moved","step":"HISTORY","model_name":"vol-model","dataset_version":3,"version":5,"current":4,"figure":0.31,"current_figure":0.29,"message":"qlike 0.31: rejected","start_time":1700000000000,"end_time":ENDED}]}
        """;

    public RetrainingPageTests()
    {
        Gateway.Answer(Policies, """{"policies":[]}""");
        Gateway.Answer("GET /mlops/datasets", """{"datasets":[{"name":"sp500","versions":[]}]}""");
        Gateway.Answer("GET /api/v1/mlflow/serving/endpoints", """{"endpoints":[{"name":"regime","status":"READY","variants":[]},{"name":"vol","status":"READY","variants":[]}]}""");
        Gateway.Answer("GET /api/v1/models/catalog", """
            {"models":[{"id":"har","name":"HAR","category":"Volatility","hyper_parameters":[{"name":"column","type":"string","default":"rv","choices":[]}],"data":{"kind":"table","needs_time":false,"columns":[],"minimum_numbers":1,"description":"Variances."}}]}
            """);
    }

    [Fact]
    public void Policy_WithAHistory_ShowsBothFiguresAndWhatCameOfIt()
    {
        Answer("rejected", "1700000100000");

        var page = Render<RetrainingPage>();

        page.WaitForAssertion(() =>
        {
            var attempt = page.Find(".panel:first-of-type tbody tr");
            Assert.Contains("drift: close has moved", attempt.TextContent, StringComparison.Ordinal);
            Assert.Contains("0.31", attempt.TextContent, StringComparison.Ordinal);
            Assert.Contains("v4 had 0.29", attempt.TextContent, StringComparison.Ordinal);
            Assert.Contains("chip-warn", attempt.QuerySelector(".chip")!.ClassName, StringComparison.Ordinal);
            Assert.Contains("evaluated (rolling)", page.Markup, StringComparison.Ordinal);
            Assert.Contains("every 7 d, on drift", page.Markup, StringComparison.Ordinal);
            Assert.Contains("qlike below the served version's", page.Markup, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void RunNow_IsOfferedOnlyWhileNothingIsUnderWay()
    {
        Answer("training", "null");
        var page = Render<RetrainingPage>();
        page.WaitForAssertion(() => Assert.True(page.Find(".panel-head .btn").HasAttribute("disabled")));

        Answer("rejected", "1700000100000");
        var again = Render<RetrainingPage>();
        Gateway.Answer("POST /api/v1/mlflow/serving/endpoints/vol/retraining/start", One("training", "null"), System.Net.HttpStatusCode.Accepted);
        again.WaitForElement(".panel-head .btn:not([disabled])").Click();

        again.WaitForAssertion(() => Assert.Single(Gateway.Bodies("POST /api/v1/mlflow/serving/endpoints/vol/retraining/start")));
    }

    [Fact]
    public void Delete_Asked_DeletesOnlyAfterTheConfirmation()
    {
        Answer("rejected", "1700000100000");
        const string Delete = "DELETE /api/v1/mlflow/serving/endpoints/vol/retraining";
        Gateway.Answer(Delete, "", System.Net.HttpStatusCode.NoContent);
        var page = Render<RetrainingPage>();
        page.WaitForElement(".panel-head .btn-danger").Click();
        Assert.Equal(0, Gateway.Count(Delete));

        page.Find(".panel-head .btn-danger").Click();

        page.WaitForAssertion(() => Assert.Equal(1, Gateway.Count(Delete)));
    }

    [Fact]
    public void Set_WithPipelineAndCanary_SendsTheWholePolicy()
    {
        Gateway.Answer(Set, One("training", "null"));
        var page = Render<RetrainingPage>();
        page.WaitForElement("select[name=endpoint]").Change("vol");
        page.Find("fieldset input").Change("volatility_close_5");
        page.Find("input[name=features]").Change(true);
        page.Find("select[name=feature]").Change("realised_volatility");
        page.Find("input[name=feature_window]").Change("5");
        page.Find("input[name=evaluation]").Change(true);
        page.Find("input[name=folds]").Change("4");
        page.Find("input[name=checkpoint_every]").Change("50");
        page.Find("input[name=days]").Change("1.5");
        page.Find("input[name=metric]").Input("qlike");
        page.Find("input[name=threshold]").Change("0.4");
        page.Find("input[name=on_drift]").Change(false);
        page.Find("input[name=canary]").Change(true);

        page.Find("form").Submit();

        page.WaitForAssertion(() => Assert.Single(Gateway.Bodies(Set)));
        var sent = Gateway.Bodies(Set)[0];
        Assert.Equal("har sp500 qlike minimize", $"{sent.GetProperty("model")} {sent.GetProperty("dataset")} {sent.GetProperty("metric")} {sent.GetProperty("direction")}");
        Assert.Equal("volatility_close_5", sent.GetProperty("parameters").GetProperty("column").GetString());
        Assert.Equal("""[{"type":"realised_volatility","column":"close","window":5}]""", sent.GetProperty("features").GetProperty("features").GetRawText());
        Assert.Equal((129_600, 0.4, false), (sent.GetProperty("every_seconds").GetDouble(), sent.GetProperty("threshold").GetDouble(), sent.GetProperty("on_drift").GetBoolean()));
        Assert.Equal(("expanding", 4, 50), (sent.GetProperty("evaluation").GetProperty("method").GetString(), sent.GetProperty("evaluation").GetProperty("folds").GetInt32(), sent.GetProperty("checkpoint_every").GetInt32()));
        Assert.Equal([0.05, 0.25, 0.5], sent.GetProperty("canary").GetProperty("steps").EnumerateArray().Select(step => step.GetProperty("weight").GetDouble()));
        Assert.False(sent.GetProperty("canary").TryGetProperty("variant", out _));
    }

    [Fact]
    public void Canary_TickedAndUnticked_OpensItsStepsAndTakesThemBack()
    {
        Gateway.Answer(Set, One("training", "null"));
        var page = Render<RetrainingPage>();
        page.WaitForElement("select[name=endpoint]").Change("vol");
        page.Find("input[name=metric]").Input("qlike");
        Assert.Empty(page.FindAll(".step"));

        page.Find("input[name=canary]").Change(true);
        Assert.Equal(3, page.FindAll(".step").Count);
        page.FindAll("button").Single(button => button.TextContent == "Add step").Click();
        Assert.Equal(4, page.FindAll(".step").Count);
        page.Find("input[name=canary]").Change(false);
        Assert.Empty(page.FindAll(".step"));
        page.Find("form").Submit();

        page.WaitForAssertion(() => Assert.Single(Gateway.Bodies(Set)));
        Assert.False(Gateway.Bodies(Set)[0].TryGetProperty("canary", out var canary) && canary.ValueKind != System.Text.Json.JsonValueKind.Null);
    }

    [Fact]
    public void Set_Refused_SaysWhy()
    {
        Gateway.Answer("PUT /api/v1/mlflow/serving/endpoints/regime/retraining", """{"title":"InvalidArgument","status":400,"detail":"'validation_rows' is '250': expected 20 to half of the dataset's 300 rows.","code":"InvalidArgument"}""", System.Net.HttpStatusCode.BadRequest);
        var page = Render<RetrainingPage>();
        page.WaitForElement("input[name=metric]").Input("qlike");

        page.Find("form").Submit();

        page.WaitForAssertion(() => Assert.Contains("expected 20 to half of the dataset", page.Find(".banner").TextContent, StringComparison.Ordinal));
    }

    private static string One(string step, string ended) => Policy.Replace("HISTORY", step, StringComparison.Ordinal).Replace("ENDED", ended, StringComparison.Ordinal);

    private void Answer(string step, string ended) => Gateway.Answer(Policies, $$"""{"policies":[{{One(step, ended)}}]}""");
}
