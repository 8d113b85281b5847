using Bunit;
using MLOps.Dashboard.Training.Search;

namespace MLOps.Dashboard.Tests.Training;

public sealed class SearchPageTests : DashboardTest
{
    private const string Searches = "GET /mlops/training/search";
    private const string Start = "POST /mlops/training/search";

    public SearchPageTests()
    {
        Gateway.Answer("GET /mlops/datasets", """{"datasets":[{"name":"sp500","versions":[]}]}""");
        Gateway.Answer("GET /api/v1/models/catalog", """
            {"models":[
              {"id":"tcn","name":"TCN","category":"Regime","data":{"kind":"ohlcv","description":"Bars."},"evaluations":["expanding","rolling"],"hyper_parameters":[
                {"name":"channels","type":"whole_number","default":32,"minimum":4,"maximum":256,"choices":[]},
                {"name":"learning_rate","type":"real_number","default":0.001,"minimum":1e-6,"maximum":1,"choices":[]},
                {"name":"activation","type":"text","default":"relu","choices":["relu","gelu"]},
                {"name":"column","type":"text","default":"close","choices":[]}]},
              {"id":"garch","name":"GARCH","category":"Volatility","data":{"kind":"ohlcv","description":"Bars."},"hyper_parameters":[{"name":"innovations","type":"text","default":"normal","choices":["normal","t"]}]}]}
            """);
    }

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

    [Fact]
    public void Start_RangesAndChoices_SendsTheWholeSearch()
    {
        Gateway.Answer(Searches, """{"searches":[]}""");
        Gateway.Answer(Start, """{"search_id":"s9","status":"running"}""", System.Net.HttpStatusCode.Accepted);
        var page = Render<SearchPage>();
        page.WaitForElement("select[name=vary]").Change("channels");
        page.Find("[data-dimension=channels] input[name=values]").Change("8, 16 ,32");
        page.Find("select[name=vary]").Change("learning_rate");
        page.Find("[data-dimension=learning_rate] input[name=low]").Change("0.0001");
        page.Find("[data-dimension=learning_rate] input[name=high]").Change("0.1");
        page.Find("[data-dimension=learning_rate] input[name=log]").Change(true);
        page.Find("select[name=vary]").Change("activation");
        page.Find("input[name=metric]").Input("wf_loss");
        page.Find("input[name=trials]").Change("12");
        page.Find("input[name=parallel]").Change("2");
        page.Find("input[name=pruning]").Change(true);
        page.Find("input[name=warm_up_steps]").Change("3");
        page.Find("input[name=evaluation]").Change(true);
        page.Find("input[name=register_as]").Change("best");

        page.Find("form").Submit();

        page.WaitForAssertion(() => Assert.Single(Gateway.Bodies(Start)));
        var sent = Gateway.Bodies(Start)[0];
        Assert.Equal("tcn sp500 wf_loss minimize tpe best", string.Join(' ', new[] { "model", "dataset", "metric", "direction", "method", "register_as" }.Select(name => sent.GetProperty(name).GetString())));
        Assert.Equal("""{"channels":{"choices":["8","16","32"]},"learning_rate":{"low":0.0001,"high":0.1,"log":true},"activation":{}}""", sent.GetProperty("space").GetRawText());
        Assert.Equal((12, 2, 1), (sent.GetProperty("trials").GetInt32(), sent.GetProperty("parallel").GetInt32(), sent.GetProperty("seed").GetInt32()));
        Assert.Equal("""{"start_trials":5,"warm_up_steps":3}""", sent.GetProperty("pruning").GetRawText());
        Assert.Equal("expanding", sent.GetProperty("evaluation").GetProperty("method").GetString());
        Assert.False(sent.TryGetProperty("grid_points", out _));
    }

    [Fact]
    public void Start_IsOfferedOnceSomethingIsVariedAndAMetricIsGiven()
    {
        Gateway.Answer(Searches, """{"searches":[]}""");
        var page = Render<SearchPage>();
        page.WaitForElement("input[name=metric]").Input("val_loss");
        Assert.True(page.Find("button[type=submit]").HasAttribute("disabled"));

        // Nobody but the caller knows what texts a free one takes.
        page.Find("select[name=vary]").Change("column");
        Assert.True(page.Find("button[type=submit]").HasAttribute("disabled"));
        page.Find("[data-dimension=column] input[name=values]").Change("open, close");
        Assert.False(page.Find("button[type=submit]").HasAttribute("disabled"));

        // Varied once, it is not offered again, until it is taken back.
        Assert.Equal(["", "channels", "learning_rate", "activation"], page.FindAll("select[name=vary] option").Select(option => option.GetAttribute("value")));
        page.Find("[data-dimension=column] button").Click();
        Assert.Empty(page.FindAll("[data-dimension]"));
    }

    [Fact]
    public void Model_Changed_TakesBackWhatWasVaried()
    {
        Gateway.Answer(Searches, """{"searches":[]}""");
        var page = Render<SearchPage>();
        page.WaitForElement("select[name=vary]").Change("channels");

        page.Find("form select").Change("garch");

        Assert.Empty(page.FindAll("[data-dimension]"));
        Assert.Equal(["", "innovations"], page.FindAll("select[name=vary] option").Select(option => option.GetAttribute("value")));
    }

    [Fact]
    public void Start_Grid_SendsItsPointsAndWhatIsFixed()
    {
        Gateway.Answer(Searches, """{"searches":[]}""");
        Gateway.Answer(Start, """{"title":"InvalidArgument","status":400,"detail":"'space' has a hyper-parameter twice.","code":"InvalidArgument"}""", System.Net.HttpStatusCode.BadRequest);
        var page = Render<SearchPage>();
        page.WaitForElement("select[name=vary]").Change("channels");
        page.Find("select[name=search_method]").Change("grid");
        page.Find("input[name=grid_points]").Change("4");
        page.Find("input[name=metric]").Input("val_loss");
        page.Find("select[name=direction]").Change("maximize");
        page.FindAll("details fieldset input").First(input => input.GetAttribute("value") == "close").Change("open");

        page.Find("form").Submit();

        page.WaitForAssertion(() => Assert.Contains("'space' has a hyper-parameter twice.", page.Find(".banner").TextContent, StringComparison.Ordinal));
        var sent = Gateway.Bodies(Start)[0];
        Assert.Equal(("grid", 4, "maximize"), (sent.GetProperty("method").GetString(), sent.GetProperty("grid_points").GetInt32(), sent.GetProperty("direction").GetString()));
        Assert.Equal("""{"column":"open"}""", sent.GetProperty("parameters").GetRawText());
        Assert.False(sent.TryGetProperty("pruning", out _));
    }

    private static string Search(string status) => $$"""
        {"searches":[{"search_id":"s1","model":"tcn","dataset":"sp500","method":"tpe","metric":"val_loss","direction":"minimize","status":"{{status}}","maximum_trials":10,"run_id":"p",
          "best":{"number":1,"values":{"channels":"16","learning_rate":"0.01"},"status":"completed","value":0.25,"job_id":"j1","run_id":"r1"},
          "trials":[{"number":0,"values":{"channels":"8","learning_rate":"0.1"},"status":"completed","value":0.5,"job_id":"j0","run_id":"r0"},
            {"number":1,"values":{"channels":"16","learning_rate":"0.01"},"status":"completed","value":0.25,"job_id":"j1","run_id":"r1"},
            {"number":2,"values":{"channels":"4","learning_rate":"0.1"},"status":"pruned","value":0.9,"job_id":"j2","run_id":"r2","message":"worse than the median of the others"}]}]}
        """;
}
