using Bunit;
using MLOps.Dashboard.Endpoints;

namespace MLOps.Dashboard.Tests.Endpoints;

public sealed class EndpointPageTests : DashboardTest
{
    private const string Root = "/api/v1/mlflow/serving/endpoints/regime";

    private const string Endpoint = """
        {"name":"regime","status":"ready","revision":7,"variants":[
          {"name":"champion","model_uri":"models:/regime/2","model_name":"regime","model_version":2,"weight":0.9,"replicas":1,"threads":1,"role":"live"},
          {"name":"challenger","model_uri":"models:/regime/3","model_name":"regime","model_version":3,"weight":0.1,"replicas":1,"threads":1,"role":"live"},
          {"name":"dark","model_uri":"models:/regime/4","model_name":"regime","model_version":4,"weight":0,"replicas":1,"threads":1,"role":"shadow","sample_rate":0.25,"memory_bytes":1048576}]}
        """;

    private const string History = """
        {"events":[{"timestamp":1769944000000,"kind":"canary_rolled_back","variant":"challenger","message":"error rate 4 % is above 1 %","by":"mlops","revision":7}]}
        """;

    [Fact]
    public void Canary_Running_ShowsItsStepsAndWhatAPersonCanDo()
    {
        Answer("running", test: "null");
        Gateway.Answer($"POST {Root}/canary/promote", Endpoint);
        var page = Open();

        Assert.Equal(["done", "now", ""], page.FindAll(".canary .steps li").Select(step => step.GetAttribute("class") ?? ""));
        Assert.Contains("In this step challenger: 180 requests, 3 failed", page.Find(".canary").TextContent, StringComparison.Ordinal);
        page.FindAll(".canary button").First(button => button.TextContent == "Promote").Click();
        Assert.Empty(Gateway.Bodies($"POST {Root}/canary/promote"));
        page.Find(".canary .btn-danger").Click();
        page.WaitForAssertion(() => Assert.Single(Gateway.Bodies($"POST {Root}/canary/promote")));
    }

    [Fact]
    public void Canary_RolledBack_SaysWhyAndOffersNothing()
    {
        Answer("rolled_back", test: "null");
        var page = Open();

        Assert.Contains("rolled back", page.Find(".canary").TextContent, StringComparison.Ordinal);
        Assert.Contains("error rate", page.Find(".canary .reason").TextContent, StringComparison.Ordinal);
        Assert.Equal("failed", page.FindAll(".canary .steps li")[1].GetAttribute("class"));
        Assert.Empty(page.FindAll(".canary button"));
        Assert.Contains("canary rolled back", page.Find("section:last-child tbody").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Shadow_Differences_AreShownByOutput()
    {
        Answer("running", test: "null");
        var row = Open().Find(".shadow tbody tr").TextContent;

        Assert.Contains("0.0123", row, StringComparison.Ordinal);
        Assert.Contains("2.0 %", row, StringComparison.Ordinal);
        Assert.Contains("0.987", row, StringComparison.Ordinal);
    }

    [Fact]
    public void Variants_ShadowAmongThem_IsNoShareOfTheTraffic()
    {
        Answer("running", test: "null");
        var rows = Open().FindAll(".table-scroll")[0].QuerySelectorAll("tbody tr");

        Assert.Contains("90 %", rows[0].TextContent, StringComparison.Ordinal);
        Assert.Contains("shadow 25 %", rows[2].TextContent, StringComparison.Ordinal);
        Assert.Contains("1 MiB", rows[2].TextContent, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("winner", "challenger wins", "chip-good")]
    [InlineData("sample_ratio_mismatch", "sample ratio mismatch", "chip-bad")]
    public void AbTest_Verdict_IsShownWithItsConfidence(string verdict, string word, string chip)
    {
        Answer("promoted", $$"""
            {"metric":"pnl","control":"champion","higher_is_better":true,"alpha":0.05,"verdict":"{{verdict}}","winner":"challenger","explanation":"because",
             "sample_ratio_p_value":0.4,"chi_square_p_value":0.3,"arms":[
              {"variant":"champion","expected_share":0.5,"units":500,"outcomes":480,"mean":1,"standard_deviation":2},
              {"variant":"challenger","expected_share":0.5,"units":502,"outcomes":470,"mean":2,"standard_deviation":2,"difference":1,"lower":0.25,"upper":1.75,"confidence":0.973}]}
            """);
        var panel = Open().Find(".abtest");

        Assert.Equal(word, panel.QuerySelector($".{chip}")!.TextContent);
        var row = panel.QuerySelectorAll("tbody tr")[1].TextContent;
        Assert.Contains("0.25 … 1.75", row, StringComparison.Ordinal);
        Assert.Contains("97.3 %", row, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("true", true)]
    [InlineData("false", false)]
    public void AbTest_Full_SaysThatNewCallersDoNotCount(string full, bool said)
    {
        Answer("promoted", $$"""
            {"metric":"pnl","control":"champion","higher_is_better":true,"alpha":0.05,"verdict":"collecting","explanation":"because",
             "sample_ratio_p_value":0.4,"chi_square_p_value":0.3,"arms":[],"is_full":{{full}}}
            """);

        Assert.Equal(said, Open().Find(".abtest").TextContent.Contains("The test is full", StringComparison.Ordinal));
    }

    private IRenderedComponent<EndpointPage> Open()
    {
        var page = Render<EndpointPage>(parameters => parameters.Add(shown => shown.Name, "regime"));
        page.WaitForElement(".canary");
        return page;
    }

    private void Answer(string canary, string test)
    {
        Gateway.Answer($"GET {Root}", Endpoint);
        Gateway.Answer($"GET {Root}/history", History);
        Gateway.Answer($"GET {Root}/insight", $$"""
            {"name":"regime","revision":7,"variants":[{"name":"champion","requests":1000,"errors":1,"refused":0,"latency_p50_ms":0.1,"latency_p99_ms":0.4}],
             "canary":{"variant":"challenger","status":"{{canary}}","step":2,"steps":[{"weight":0.05,"duration_seconds":60,"min_requests":10},{"weight":0.1,"duration_seconds":60,"min_requests":0},{"weight":0.5,"duration_seconds":60,"min_requests":0}],
              "started_at":1769944000000,"step_started_at":1769944000000,"reason":"error rate 4 % is above 1 %"},
             "canary_step":[{"name":"challenger","requests":180,"errors":2,"refused":1,"latency_p50_ms":0.1,"latency_p99_ms":0.4}],
             "shadows":[{"variant":"dark","compared":500,"failed":0,"dropped":2,"latency_p50_ms":0.1,"latency_p99_ms":0.3,"outputs":[
               {"name":"p","elements":500,"incomparable":0,"non_finite":0,"absolute":{"mean":0.0123,"p50":0.01,"p90":0.02,"p99":0.03,"max":0.04},
                "relative":{"mean":0.1,"p50":0.1,"p90":0.2,"p99":0.3,"max":0.4},"sign_flips":10,"argmax_rows":0,"argmax_disagreements":0,"rank_correlation":0.987,"rank_sample":500}]}],
             "ab_test":{{test}}}
            """);
    }
}
