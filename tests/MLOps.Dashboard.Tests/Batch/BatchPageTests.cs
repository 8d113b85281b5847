using Bunit;
using MLOps.Dashboard.Batch;

namespace MLOps.Dashboard.Tests.Batch;

public sealed class BatchPageTests : DashboardTest
{
    private const string Jobs = "GET /mlops/batch/jobs";

    [Fact]
    public void Job_AtWork_MovesWhileLookingAndThenLinksItsResult()
    {
        KeepFresh();
        Gateway.Answer(Jobs, Job("running", 0.25, """ "rows":4000,"rows_done":1000,"rows_failed":2,"rows_per_second":512.4,"""));
        var page = Render<BatchPage>();
        page.WaitForAssertion(() =>
        {
            Assert.Equal("25", page.Find("[role=progressbar]").GetAttribute("aria-valuenow"));
            Assert.Contains("1,000 of 4,000 rows · 2 failed · 512/s", page.Markup, StringComparison.Ordinal);
        });
        Assert.Empty(page.FindAll("a[download]"));

        Gateway.Answer(Jobs, Job("completed", 1, """ "rows":4000,"rows_done":4000,"result":"predictions.parquet","""));
        page.WaitForAssertion(() =>
        {
            Assert.Contains("Completed", page.Find("td .chip").TextContent, StringComparison.Ordinal);
            Assert.Equal("get-artifact?path=predictions.parquet&run_uuid=r1", page.Find("a[download]").GetAttribute("href"));
            Assert.Empty(page.FindAll("td.tight button"));
        });
    }

    [Fact]
    public void Buttons_ByStatus_PauseResumeAndStopAfterConfirmation()
    {
        const string Pause = "POST /mlops/batch/j1/pause";
        const string Resume = "POST /mlops/batch/j1/resume";
        const string Stop = "POST /mlops/batch/j1/stop";
        Gateway.Answer(Jobs, Job("running", 0.25));
        Gateway.Answer(Pause, """{"job_id":"j1","status":"running","message":"pausing"}""");
        Gateway.Answer(Resume, """{"job_id":"j1","status":"queued"}""");
        Gateway.Answer(Stop, """{"job_id":"j1","status":"stopped"}""");
        var page = Render<BatchPage>();
        page.WaitForElement("td.tight button");

        Gateway.Answer(Jobs, Job("paused", 0.25));
        page.FindAll("td.tight button").Single(button => button.TextContent == "Pause").Click();
        page.WaitForAssertion(() => Assert.Contains(page.FindAll("td.tight button"), button => button.TextContent == "Resume"));
        Assert.Single(Gateway.Bodies(Pause));

        page.FindAll("td.tight button").Single(button => button.TextContent == "Resume").Click();
        page.WaitForAssertion(() => Assert.Single(Gateway.Bodies(Resume)));

        page.Find("td .btn-danger").Click();
        Assert.Empty(Gateway.Bodies(Stop));
        page.Find("td .btn-danger").Click();
        page.WaitForAssertion(() => Assert.Single(Gateway.Bodies(Stop)));
    }

    [Fact]
    public void Pause_Refused_SaysWhy()
    {
        Gateway.Answer(Jobs, Job("running", 0.25));
        Gateway.Answer("POST /mlops/batch/j1/pause", """{"title":"InvalidState","detail":"Batch job 'j1' is completed","code":"InvalidState"}""", System.Net.HttpStatusCode.Conflict);
        var page = Render<BatchPage>();

        page.WaitForElement("td.tight button").Click();

        page.WaitForAssertion(() => Assert.Contains("Batch job 'j1' is completed", page.Markup, StringComparison.Ordinal));
    }

    [Fact]
    public void Start_Filled_SendsWhatWasChosen()
    {
        const string Start = "POST /mlops/batch/start";
        Gateway.Answer("GET /mlops/datasets", """{"datasets":[{"name":"features","versions":[]}]}""");
        Gateway.Answer("GET /api/v1/mlflow/serving/endpoints", """{"endpoints":[{"name":"regime","status":"ready","variants":[]}]}""");
        Gateway.Answer(Start, """{"job_id":"j9","status":"queued"}""", System.Net.HttpStatusCode.Accepted);
        var page = Render<BatchPage>();
        page.WaitForElement("form option");

        page.Find("form input:not([type=checkbox])").Input("date, symbol");
        page.Find("form input[type=checkbox]").Change(true);
        page.Find("form").Submit();

        page.WaitForAssertion(() =>
        {
            var sent = Assert.Single(Gateway.Bodies(Start));
            Assert.Equal(("regime", "features", "skip"), (sent.GetProperty("endpoint").GetString(), sent.GetProperty("dataset").GetString(), sent.GetProperty("on_error").GetString()));
            Assert.Equal(["date", "symbol"], sent.GetProperty("passthrough_columns").EnumerateArray().Select(name => name.GetString()));
            Assert.False(sent.TryGetProperty("model_uri", out _));
        });
    }

    private static string Job(string status, double progress, string more = "") => string.Create(
        System.Globalization.CultureInfo.InvariantCulture,
        $$"""{"jobs":[{"job_id":"j1","model_name":"regime","model_version":2,"dataset":"features","dataset_version":1,{{more}}"status":"{{status}}","progress":{{progress}},"run_id":"r1"}]}""");
}
