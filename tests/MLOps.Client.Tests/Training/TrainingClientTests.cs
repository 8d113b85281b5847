using System.Text.Json;
using Microsoft.AspNetCore.Http;
using MLOps.Client.Datasets;
using MLOps.Client.Training;

namespace MLOps.Client.Tests.Training;

public sealed class TrainingClientTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Start_Request_IsSentInTheDocumentedWords()
    {
        await using var gateway = await TestGateway.StartAsync(g => g.On(
            "POST /mlops/training/start", """{"job_id":"j","model":"garch","dataset":"sp500","status":"queued","progress":0}""", 202));

        var job = await gateway.Client.Training.StartAsync(
            new TrainingRequest
            {
                Model = "garch",
                Dataset = "sp500",
                TrainEnd = new DateOnly(2016, 12, 31),
                Parameters = new Dictionary<string, string> { ["maxIterations"] = "50" },
                RegisterAs = "vol",
            },
            Token);

        Assert.Equal(TrainingJobStatus.Queued, job.Status);
        var sent = gateway.Received[0].Json;
        Assert.Equal("2016-12-31", sent.GetProperty("train_end").GetString());
        Assert.Equal("50", sent.GetProperty("parameters").GetProperty("maxIterations").GetString());
        Assert.Equal("vol", sent.GetProperty("register_as").GetString());
        Assert.False(sent.TryGetProperty("dataset_version", out _));
    }

    [Fact]
    public async Task Wait_JobThatCompletes_ReportsEveryStateAndReturnsTheLast()
    {
        var calls = 0;
        await using var gateway = await TestGateway.StartAsync(g => g.On("GET /mlops/training/j", context =>
        {
            var call = Interlocked.Increment(ref calls);
            return context.Response.WriteAsync($$"""{"job_id":"j","status":"{{(call < 3 ? "running" : "completed")}}","progress":{{call / 3.0}} }""", Token);
        }));
        var seen = new List<double>();

        var job = await gateway.Client.Training.WaitAsync("j", state => seen.Add(state.Progress), TimeSpan.FromMilliseconds(1), Token);

        Assert.Equal(TrainingJobStatus.Completed, job.EnsureCompleted().Status);
        Assert.Equal([1 / 3.0, 2 / 3.0, 1], seen);
    }

    [Fact]
    public async Task Stream_OfAJob_TellsWhatCameAndEnds()
    {
        await using var gateway = await TestGateway.StartAsync(g => g.On("GET /mlops/training/j/events", context =>
        {
            context.Response.ContentType = "text/event-stream";
            return context.Response.WriteAsync(
                """
                retry: 2000

                event: curve
                data: {"key":"loss","count":2,"points":[{"step":1,"timestamp":5,"value":0.5},{"step":2,"timestamp":6,"value":0.4}]}

                event: novelty
                data: {}

                event: metric
                data: {"key":"loss","step":3,"timestamp":7,"value":"NaN"}

                event: job
                data: {"job_id":"j","status":"completed","progress":1,"queue_position":null,"estimated_end_time":null}


                """,
                Token);
        }));

        var events = await gateway.Client.Training.StreamAsync("j", Token).ToListAsync(Token);

        Assert.Equal(2, Assert.IsType<TrainingCurve>(events[0]).Series.Points.Count);
        Assert.True(Assert.IsType<TrainingMetric>(events[1]) is { Key: "loss", Step: 3, Value: double.NaN });
        Assert.True(Assert.IsType<TrainingJobChanged>(events[2]).Job.IsEnded);
        Assert.Equal(3, events.Count);
    }

    [Theory]
    [InlineData("pause", TrainingJobStatus.Paused)]
    [InlineData("resume", TrainingJobStatus.Queued)]
    public async Task PauseAndResume_GoToTheirRoutes(string action, TrainingJobStatus status)
    {
        await using var gateway = await TestGateway.StartAsync(g => g.On(
            $"POST /mlops/training/j/{action}", $$"""{"job_id":"j","status":"{{status.ToString().ToLowerInvariant()}}","queue_position":3}"""));

        var job = await (action == "pause" ? gateway.Client.Training.PauseAsync("j", Token) : gateway.Client.Training.ResumeAsync("j", Token));

        Assert.Equal((status, (int?)3), (job.Status, job.QueuePosition));
    }

    [Fact]
    public async Task Wait_JobThatFails_ReturnsAndEnsureCompletedThrowsItsMessage()
    {
        await using var gateway = await TestGateway.StartAsync(g => g.On(
            "GET /mlops/training/j", """{"job_id":"j","model":"tcn","status":"failed","progress":0.4,"message":"no rows before 1990"}"""));

        var job = await gateway.Client.Training.WaitAsync("j", cancellationToken: Token);

        var exception = Assert.Throws<MLOpsClientException>(job.EnsureCompleted);
        Assert.Equal("TRAINING_FAILED", exception.Code);
        Assert.Contains("no rows before 1990", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Catalog_DefaultsOfAnyKind_AreReadAsText()
    {
        await using var gateway = await TestGateway.StartAsync(g => g.On("GET /api/v1/models/catalog", """
            {"models":[{"id":"tcn","name":"TCN","category":"Regime Detection","description":"d","hyper_parameters":[
              {"name":"epochs","type":"integer","default":12,"minimum":1,"maximum":500,"description":"e"},
              {"name":"lr","type":"number","default":"0.001","minimum":null,"maximum":null,"description":"l"},
              {"name":"note","type":"text","default":null,"description":"n"}]}]}
            """));

        var model = Assert.Single(await gateway.Client.Training.GetCatalogAsync(Token));

        Assert.Equal(["12", "0.001", ""], model.HyperParameters.Select(p => p.DefaultText));
        Assert.Equal(500, model.HyperParameters[0].Maximum);
        Assert.Null(model.HyperParameters[1].Maximum);
    }

    [Fact]
    public async Task Catalog_DataNeeds_SayWhichVersionsFit()
    {
        await using var gateway = await TestGateway.StartAsync(g => g.On("GET /api/v1/models/catalog", """
            {"models":[
              {"id":"bars","data":{"kind":"ohlcv","needs_time":true,"columns":[{"name":"close","type":"number"}],"minimum_numbers":0,"description":"Bars."},"inputs":[{"name":"y","type":"float64","shape":[-1,1]}],"outputs":[]},
              {"id":"har","data":{"kind":"table","needs_time":true,"columns":[{"name":"rv","type":"number"}],"minimum_numbers":0,"description":"Variances."}},
              {"id":"assets","data":{"kind":"table","needs_time":false,"columns":[],"minimum_numbers":2,"description":"Assets."}},
              {"id":"news","data":{"kind":"table","needs_time":false,"columns":[{"name":"text","type":"text"}],"minimum_numbers":0,"description":"News."}}]}
            """));
        var models = (await gateway.Client.Training.GetCatalogAsync(Token)).ToDictionary(model => model.Id, model => model.Data!);
        var bars = Version("ohlcv", "date:date", "open:double", "close:double");
        var table = Version("table", "time:datetime", "rv:double", "n:long");
        var news = Version("table", "text:string", "rv:string");

        Assert.Equal([true, false, false], Fits("bars"));
        Assert.Equal([false, true, false], Fits("har"));
        Assert.Equal([false, true, false], Fits("assets"));
        Assert.Equal([false, false, true], Fits("news"));

        bool[] Fits(string model) => [models[model].Fits(bars), models[model].Fits(table), models[model].Fits(news)];
        static DatasetVersion Version(string kind, params string[] columns) => new()
        {
            Name = "d",
            Version = 1,
            Kind = kind,
            Columns = [.. columns.Select(column => column.Split(':')).Select(parts => new DatasetColumn { Name = parts[0], Type = parts[1] })],
        };
    }

    [Fact]
    public async Task Stop_Job_PostsAnObject()
    {
        await using var gateway = await TestGateway.StartAsync(g => g.On("POST /mlops/training/j/stop", """{"job_id":"j","status":"stopped"}"""));

        Assert.Equal(TrainingJobStatus.Stopped, (await gateway.Client.Training.StopAsync("j", Token)).Status);
        Assert.Equal(JsonValueKind.Object, gateway.Received[0].Json.ValueKind);
    }
}
