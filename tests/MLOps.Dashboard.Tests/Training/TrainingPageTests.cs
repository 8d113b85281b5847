using Bunit;
using MLOps.Dashboard.Training;

namespace MLOps.Dashboard.Tests.Training;

public sealed class TrainingPageTests : DashboardTest
{
    private const string Jobs = "GET /mlops/training/jobs";
    private const string Start = "POST /mlops/training/start";

    public TrainingPageTests()
    {
        Gateway.Answer("GET /mlops/datasets", """{"datasets":[{"name":"sp500","versions":[]}]}""");
        Gateway.Answer("GET /api/v1/models/catalog", """
            {"models":[{"id":"garch","name":"GARCH","category":"Volatility","hyper_parameters":[]},
              {"id":"tcn","name":"TCN","category":"Regimes","description":"d","hyper_parameters":[
                {"name":"epochs","type":"integer","default":"12","minimum":1,"maximum":100,"description":"Passes"},
                {"name":"learning_rate","type":"number","default":"0.001"},
                {"name":"loss","type":"text","default":"ce","choices":["ce","focal"]}]}]}
            """);
    }

    [Fact]
    public void Job_InProgress_MovesWhileLooking()
    {
        KeepFresh();
        Gateway.Answer(Jobs, Job("running", 0.25));
        var page = Render<TrainingPage>();
        page.WaitForAssertion(() => Assert.Equal("25", page.Find("[role=progressbar]").GetAttribute("aria-valuenow")));

        Gateway.Answer(Jobs, Job("completed", 1));
        page.WaitForAssertion(() =>
        {
            Assert.Equal("100", page.Find("[role=progressbar]").GetAttribute("aria-valuenow"));
            Assert.Contains("Completed", page.Find("td .chip").TextContent, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void Form_OtherModelChosen_IsDrawnFromItsHyperParameters()
    {
        var page = Open();

        page.Find("form select").Change("tcn");

        var epochs = page.Find("fieldset input");
        Assert.Equal("number", epochs.GetAttribute("type"));
        Assert.Equal("1", epochs.GetAttribute("min"));
        Assert.Equal("100", epochs.GetAttribute("max"));
        Assert.Equal("12", epochs.GetAttribute("value"));
        Assert.Equal(["ce", "focal"], page.FindAll("fieldset option").Select(option => option.GetAttribute("value")));
    }

    [Fact]
    public void Form_ModelWithNeeds_OffersTheDatasetsThatFit()
    {
        Gateway.Answer("GET /mlops/datasets", """
            {"datasets":[{"name":"sp500","versions":[{"name":"sp500","version":1,"kind":"ohlcv","columns":[{"name":"date","type":"date"},{"name":"close","type":"double"}]}]},
              {"name":"variances","versions":[{"name":"variances","version":1,"kind":"table","columns":[{"name":"time","type":"datetime"},{"name":"rv","type":"double"}]}]}]}
            """);
        Gateway.Answer("GET /api/v1/models/catalog", """
            {"models":[{"id":"garch","name":"GARCH","category":"Volatility","data":{"kind":"ohlcv","needs_time":true,"columns":[{"name":"close","type":"number"}],"minimum_numbers":0,"description":"Daily bars."}},
              {"id":"har","name":"HAR","category":"Volatility","data":{"kind":"table","needs_time":true,"columns":[{"name":"rv","type":"number"}],"minimum_numbers":0,"description":"Realised variances."}},
              {"id":"news","name":"News","category":"Features","data":{"kind":"table","needs_time":false,"columns":[{"name":"text","type":"text"}],"minimum_numbers":0,"description":"Texts."}}]}
            """);
        var page = Open();

        Assert.Equal(["sp500"], Offered());
        page.Find("form select").Change("har");
        Assert.Equal(["variances"], Offered());
        Assert.Contains("Trains on: Realised variances.", page.Markup, StringComparison.Ordinal);
        page.Find("form select").Change("news");
        Assert.Empty(Offered());
        Assert.Contains("No dataset has that.", page.Markup, StringComparison.Ordinal);
        Assert.True(page.Find("form button[type=submit]").HasAttribute("disabled"));

        IEnumerable<string?> Offered() => page.FindAll("form select")[1].QuerySelectorAll("option").Select(option => option.GetAttribute("value"));
    }

    /// <summary>The catalogue's first model may need data that nobody has registered: the form begins with one that can be trained.</summary>
    [Fact]
    public void Form_Opened_BeginsWithAModelThatADatasetFits()
    {
        Gateway.Answer("GET /mlops/datasets", """{"datasets":[{"name":"variances","versions":[{"name":"variances","version":1,"kind":"table","columns":[{"name":"time","type":"datetime"},{"name":"rv","type":"double"}]}]}]}""");
        Gateway.Answer("GET /api/v1/models/catalog", """
            {"models":[{"id":"bars","name":"Bars","category":"A","hyper_parameters":[],"data":{"kind":"ohlcv","needs_time":true,"columns":[],"minimum_numbers":0}},
              {"id":"har","name":"HAR","category":"B","hyper_parameters":[],"data":{"kind":"table","needs_time":true,"columns":[{"name":"rv","type":"number"}],"minimum_numbers":0}}]}
            """);

        var page = Open();

        Assert.Equal("har", page.Find("form select").GetAttribute("value"));
    }

    [Fact]
    public void Start_OneValueChanged_SendsThatOneOnly()
    {
        var page = Open();
        Gateway.Answer(Start, """{"job_id":"j9","model":"tcn","dataset":"sp500","status":"queued"}""", System.Net.HttpStatusCode.Accepted);

        page.Find("form select").Change("tcn");
        page.Find("fieldset input").Change("40");
        page.Find("input[type=date]").Change("2016-12-31");
        page.Find("form").Submit();

        page.WaitForAssertion(() =>
        {
            var sent = Assert.Single(Gateway.Bodies(Start));
            Assert.Equal("tcn", sent.GetProperty("model").GetString());
            Assert.Equal("sp500", sent.GetProperty("dataset").GetString());
            Assert.Equal("2016-12-31", sent.GetProperty("train_end").GetString());
            var parameter = Assert.Single(sent.GetProperty("parameters").EnumerateObject());
            Assert.Equal("epochs", parameter.Name);
            Assert.Equal("40", parameter.Value.GetString());
            Assert.False(sent.TryGetProperty("register_as", out _));
            Assert.False(sent.TryGetProperty("checkpoint_every", out _));
        });
    }

    [Fact]
    public void Start_CheckpointEveryGiven_SendsIt()
    {
        var page = Open();
        Gateway.Answer(Start, """{"job_id":"j9","model":"tcn","dataset":"sp500","status":"queued"}""", System.Net.HttpStatusCode.Accepted);

        page.Find("input[name=checkpoint_every]").Change("5");
        page.Find("form").Submit();

        page.WaitForAssertion(() => Assert.Equal(5, Assert.Single(Gateway.Bodies(Start)).GetProperty("checkpoint_every").GetInt64()));
    }

    [Fact]
    public void Start_WithEvaluationAndPipeline_SendsBoth()
    {
        var page = Open();
        Gateway.Answer(Start, """{"job_id":"j9","model":"garch","dataset":"sp500","status":"queued"}""", System.Net.HttpStatusCode.Accepted);

        page.Find("input[name=evaluation]").Change(true);
        page.Find("input[name=folds]").Change("4");
        page.Find("input[name=seeds]").Change("3");
        page.Find("select[name=method]").Change("rolling");
        page.Find("input[name=gap]").Change("10");
        page.Find("input[name=first_train_end]").Change("2012-12-31");
        page.Find("input[name=features]").Change(true);
        page.FindAll("details .btn").First(button => button.TextContent == "Add features").Click();
        page.FindAll("select[name=feature]")[1].Change("technical");
        page.Find("input[name=keep]").Change("close, volume");
        page.Find("input[name=label]").Change(true);
        page.Find("form").Submit();

        page.WaitForAssertion(() => Assert.Single(Gateway.Bodies(Start)));
        var sent = Gateway.Bodies(Start)[0];
        Assert.Equal("""{"method":"rolling","folds":4,"seeds":3,"gap":10,"first_train_end":"2012-12-31"}""", sent.GetProperty("evaluation").GetRawText());
        Assert.Equal(
            """{"features":[{"type":"returns","column":"close"},{"type":"technical"}],"scale":true,"keep":["close","volume"],"label":{"column":"close","gain":1,"loss":1,"horizon":10,"span":100}}""",
            sent.GetProperty("features").GetRawText());
    }

    [Fact]
    public void Start_WithCombinatorialCrossValidation_SaysHowManyPathsAndSendsIt()
    {
        Gateway.Answer("GET /api/v1/models/catalog", Catalogue("""["expanding","rolling","purgedKFold","combinatorialPurged"]""", "null"));
        Gateway.Answer(Start, """{"job_id":"j9","model":"hrp","dataset":"sp500","status":"queued"}""", System.Net.HttpStatusCode.Accepted);
        var page = Open();

        page.Find("input[name=evaluation]").Change(true);
        Assert.Equal(["expanding", "rolling", "purgedKFold", "combinatorialPurged"], page.FindAll("select[name=method] option").Select(option => option.GetAttribute("value")));
        page.Find("select[name=method]").Change("combinatorialPurged");
        Assert.Empty(page.FindAll("input[name=gap]"));
        Assert.Contains("15 trainings for each seed make 5 paths", page.Find("details .hint").TextContent, StringComparison.Ordinal);
        page.Find("input[name=test_groups]").Change("3");
        Assert.Contains("20 trainings for each seed make 10 paths", page.Find("details .hint").TextContent, StringComparison.Ordinal);
        page.Find("input[name=embargo]").Change("2");
        page.Find("input[name=label_horizon]").Change("10");
        page.Find("form").Submit();

        page.WaitForAssertion(() => Assert.Single(Gateway.Bodies(Start)));
        Assert.Equal(
            """{"method":"combinatorialPurged","folds":6,"test_groups":3,"seeds":1,"embargo_fraction":0.02,"label_horizon":10}""",
            Gateway.Bodies(Start)[0].GetProperty("evaluation").GetRawText());
    }

    [Fact]
    public void Evaluation_OfAModelThatNeedsItsRowsUnbroken_OffersWalkForwardAloneAndSaysWhy()
    {
        Gateway.Answer("GET /api/v1/models/catalog", Catalogue("""["expanding","rolling"]""", "\"its filter runs through all rows\""));
        var page = Open();

        page.Find("input[name=evaluation]").Change(true);

        Assert.Equal(["expanding", "rolling"], page.FindAll("select[name=method] option").Select(option => option.GetAttribute("value")));
        Assert.Equal("No cross-validation of this model: its filter runs through all rows.", page.Find("[data-part=unbroken]").TextContent);
    }

    [Fact]
    public void Form_WithAPipeline_OffersEveryDataset_AndNoneForBars()
    {
        Gateway.Answer("GET /mlops/datasets", """{"datasets":[{"name":"sp500","versions":[{"name":"sp500","version":1,"kind":"ohlcv","columns":[{"name":"date","type":"date"},{"name":"close","type":"double"}]}]}]}""");
        Gateway.Answer("GET /api/v1/models/catalog", """
            {"models":[{"id":"bars","name":"Bars","category":"A","hyper_parameters":[],"data":{"kind":"ohlcv","needs_time":true,"columns":[],"minimum_numbers":0}},
              {"id":"news","name":"News","category":"B","hyper_parameters":[],"data":{"kind":"table","needs_time":false,"columns":[{"name":"score","type":"number"}],"minimum_numbers":0,"description":"Scores."}}]}
            """);
        var page = Open();
        Assert.Empty(page.FindAll("input[name=features]"));

        page.Find("form select").Change("news");
        Assert.Contains("No dataset has that.", page.Markup, StringComparison.Ordinal);
        page.Find("input[name=features]").Change(true);

        Assert.DoesNotContain("No dataset has that.", page.Markup, StringComparison.Ordinal);
        Assert.False(page.Find("form button[type=submit]").HasAttribute("disabled"));
    }

    [Fact]
    public void Stop_Asked_StopsOnlyAfterTheConfirmation()
    {
        Gateway.Answer(Jobs, Job("running", 0.25));
        Gateway.Answer("POST /mlops/training/j1/stop", """{"job_id":"j1","status":"stopped"}""");
        var page = Render<TrainingPage>();
        page.WaitForElement("td .btn-danger").Click();
        Assert.Empty(Gateway.Bodies("POST /mlops/training/j1/stop"));

        page.Find("td .btn-danger").Click();

        page.WaitForAssertion(() => Assert.Single(Gateway.Bodies("POST /mlops/training/j1/stop")));
    }

    [Theory]
    [InlineData("running", "pause")]
    [InlineData("paused", "resume")]
    public void PauseAndResume_AreOfferedWhereTheyCanBe(string status, string action)
    {
        Gateway.Answer(Jobs, Job(status, 0.25));
        Gateway.Answer($"POST /mlops/training/j1/{action}", """{"job_id":"j1","status":"queued"}""");
        var page = Render<TrainingPage>();
        page.WaitForElement("td .btn-row");

        var buttons = page.FindAll("td .btn-row button").Select(button => button.TextContent).ToArray();
        Assert.Equal([action == "pause" ? "Pause" : "Resume", "Stop"], buttons);
        page.Find("td .btn-row button").Click();

        page.WaitForAssertion(() => Assert.Single(Gateway.Bodies($"POST /mlops/training/j1/{action}")));
    }

    [Fact]
    public void Job_InTheQueue_ShowsItsPosition()
    {
        Gateway.Answer(Jobs, """{"jobs":[{"job_id":"j1","model":"tcn","dataset":"sp500","status":"queued","progress":0,"priority":5,"queue_position":3}]}""");

        var page = Render<TrainingPage>();

        page.WaitForAssertion(() => Assert.Contains("3 in the queue, priority 5", page.Markup, StringComparison.Ordinal));
    }

    private static string Job(string status, double progress) => string.Create(
        System.Globalization.CultureInfo.InvariantCulture,
        $$"""{"jobs":[{"job_id":"j1","model":"tcn","dataset":"sp500","status":"{{status}}","progress":{{progress}},"run_id":"r1"}]}""");

    private IRenderedComponent<TrainingPage> Open()
    {
        var page = Render<TrainingPage>();
        page.WaitForElement("form select");
        return page;
    }

    private static string Catalogue(string evaluations, string needsUnbrokenRows) => $$"""
        {"models":[{"id":"hrp","name":"HRP","category":"Strategy Allocation","description":"Weights.","hyper_parameters":[],"evaluations":{{evaluations}},"needs_unbroken_rows":{{needsUnbrokenRows}}}]}
        """;
}
