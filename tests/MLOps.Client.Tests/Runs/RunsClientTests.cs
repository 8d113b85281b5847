using System.Text.Json;
using Microsoft.AspNetCore.Http;
using MLOps.Client.Runs;

namespace MLOps.Client.Tests.Runs;

public sealed class RunsClientTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Get_MlflowAnswer_IsReadWhole()
    {
        const string answer = """
            {"run":{"info":{"run_id":"abc","run_uuid":"abc","run_name":"tcn","experiment_id":"3","status":"FINISHED","start_time":1700000000000,
             "end_time":1700000001500,"artifact_uri":"mlflow-artifacts:/3/abc/artifacts","lifecycle_stage":"active","user_id":"q"},
             "data":{"metrics":[{"key":"loss","value":0.25,"timestamp":1700000001000,"step":7},{"key":"bad","value":"NaN","timestamp":1,"step":0}],
                     "params":[{"key":"lr","value":"0.001"}],"tags":[{"key":"mlflow.runName","value":"tcn"}]},
             "inputs":{"dataset_inputs":[{"tags":[{"key":"mlflow.data.context","value":"training"}],
                        "dataset":{"name":"sp500","digest":"d1","source_type":"local","source":"{}"}}]},"outputs":{}}}
            """;
        await using var gateway = await TestGateway.StartAsync(g => g.On("GET /api/2.0/mlflow/runs/get", answer));

        var run = await gateway.Client.Runs.GetAsync("abc", Token);

        Assert.Equal("/api/2.0/mlflow/runs/get?run_id=abc", gateway.Received[0].Target);
        Assert.Equal(RunStatus.Finished, run.Info.Status);
        Assert.Equal(DateTimeOffset.FromUnixTimeMilliseconds(1700000001500), run.Info.EndTime);
        Assert.Equal(0.25, run.Metrics["loss"]);
        Assert.True(double.IsNaN(run.Metrics["bad"]));
        Assert.Equal("0.001", run.Params["lr"]);
        Assert.Equal(new RunDataset("sp500", "d1", "local", "{}", "training"), Assert.Single(run.Datasets));
    }

    [Fact]
    public async Task Get_RunWithNothingLogged_HasEmptyLists()
    {
        await using var gateway = await TestGateway.StartAsync(g => g.On(
            "GET /api/2.0/mlflow/runs/get", """{"run":{"info":{"run_id":"a","experiment_id":"0","status":"RUNNING"},"data":{},"inputs":{}}}"""));

        var run = await gateway.Client.Runs.GetAsync("a", Token);

        Assert.Empty(run.Metrics);
        Assert.Empty(run.Params);
        Assert.Empty(run.Datasets);
        Assert.Null(run.Info.EndTime);
    }

    [Fact]
    public async Task Search_FilterAndOrder_AreSentAndTheTokenComesBack()
    {
        await using var gateway = await TestGateway.StartAsync(g => g.On(
            "POST /api/2.0/mlflow/runs/search", """{"runs":[{"info":{"run_id":"a","experiment_id":"0","status":"KILLED"}}],"next_page_token":"t2"}"""));

        var page = await gateway.Client.Runs.SearchAsync(["0"], "metrics.loss < 1", ["metrics.loss ASC"], 50, "t1", Token);

        var sent = gateway.Received[0].Json;
        Assert.Equal("metrics.loss < 1", sent.GetProperty("filter").GetString());
        Assert.Equal("metrics.loss ASC", sent.GetProperty("order_by")[0].GetString());
        Assert.Equal(50, sent.GetProperty("max_results").GetInt32());
        Assert.Equal("t1", sent.GetProperty("page_token").GetString());
        Assert.Equal("t2", page.NextPageToken);
        Assert.Equal(RunStatus.Killed, page.Runs[0].Info.Status);
    }

    [Fact]
    public async Task Search_NothingFound_IsEmpty()
    {
        await using var gateway = await TestGateway.StartAsync(g => g.On("POST /api/2.0/mlflow/runs/search", "{}"));

        var page = await gateway.Client.Runs.SearchAsync(["0"], cancellationToken: Token);

        Assert.Empty(page.Runs);
        Assert.Null(page.NextPageToken);
        Assert.False(gateway.Received[0].Json.TryGetProperty("filter", out _), "an absent filter must not be sent as null");
    }

    [Fact]
    public async Task List_ExperimentByName_AsksForItsNewestRuns()
    {
        await using var gateway = await TestGateway.StartAsync(g => g
            .On("GET /api/2.0/mlflow/experiments/get-by-name", """{"experiment":{"experiment_id":"4","name":"a/b c?"}}""")
            .On("POST /api/2.0/mlflow/runs/search", "{}"));

        await gateway.Client.Runs.ListAsync("a/b c?", 5, cancellationToken: Token);

        Assert.Equal("/api/2.0/mlflow/experiments/get-by-name?experiment_name=a%2Fb%20c%3F", gateway.Received[0].Target);
        var search = gateway.Received[1].Json;
        Assert.Equal("4", search.GetProperty("experiment_ids")[0].GetString());
        Assert.Equal("attributes.start_time DESC", search.GetProperty("order_by")[0].GetString());
        Assert.Equal(5, search.GetProperty("max_results").GetInt32());
    }

    [Fact]
    public async Task LogBatch_MoreThanTheProtocolAllows_IsSplitInOrder()
    {
        await using var gateway = await TestGateway.StartAsync(g => g.On("POST /api/2.0/mlflow/runs/log-batch", "{}"));
        var metrics = Enumerable.Range(0, 2500).Select(i => new Metric("m", i == 3 ? double.NaN : i, DateTimeOffset.UnixEpoch, i)).ToArray();

        await gateway.Client.Runs.LogBatchAsync("r", metrics, new Dictionary<string, string> { ["p"] = "1" }, cancellationToken: Token);

        Assert.Equal("p", gateway.Received[0].Json.GetProperty("params")[0].GetProperty("key").GetString());
        var sent = gateway.Received.Skip(1).Select(r => r.Json.GetProperty("metrics").EnumerateArray().ToArray()).ToArray();
        Assert.Equal([1000, 1000, 500], sent.Select(batch => batch.Length));
        Assert.Equal(Enumerable.Range(0, 2500), sent.SelectMany(batch => batch).Select(metric => metric.GetProperty("step").GetInt32()));
        Assert.Equal("NaN", sent[0][3].GetProperty("value").GetString());
        Assert.Equal(JsonValueKind.Number, sent[0][4].GetProperty("timestamp").ValueKind);
    }

    [Fact]
    public async Task GetHistory_TwoPages_AreReadThrough()
    {
        await using var gateway = await TestGateway.StartAsync(g => g.On("GET /api/2.0/mlflow/metrics/get-history", async context =>
        {
            var second = context.Request.Query["page_token"] == "p2";
            await context.Response.WriteAsJsonAsync(
                new
                {
                    metrics = new[] { new { key = "m", value = second ? 2.0 : 1.0, timestamp = 5L, step = second ? 1 : 0 } },
                    next_page_token = second ? null : "p2",
                },
                new JsonSerializerOptions(),
                cancellationToken: context.RequestAborted);
        }));

        var values = await gateway.Client.Runs.GetHistoryAsync("r", "m", Token).Select(metric => metric.Value).ToArrayAsync(Token);

        Assert.Equal([1.0, 2.0], values);
        Assert.All(gateway.Received, request => Assert.Contains("max_results=", request.Target, StringComparison.Ordinal));
    }

    [Fact]
    public async Task GetCurves_KeyGiven_IsEscapedInTheQuery()
    {
        await using var gateway = await TestGateway.StartAsync(g => g.On(
            "GET /api/v1/mlflow/runs/{id}/metrics", """{"run_id":"r","series":[{"key":"val loss","count":9,"points":[{"step":1,"timestamp":2,"value":"NaN"}]}]}"""));

        var series = Assert.Single(await gateway.Client.Runs.GetCurvesAsync("r", "val loss", 100, Token));

        Assert.Equal("/api/v1/mlflow/runs/r/metrics?key=val%20loss&max_points=100", gateway.Received[0].Target);
        Assert.Equal(9, series.Count);
        Assert.True(double.IsNaN(series.Points[0].Value));
    }

    [Fact]
    public async Task Stream_EventsWhileTheRunGoesOn_ArriveBeforeTheStreamEnds()
    {
        var mayEnd = new TaskCompletionSource();
        await using var gateway = await TestGateway.StartAsync(g => g.On("GET /api/v1/mlflow/runs/{id}/metrics/stream", async context =>
        {
            context.Response.ContentType = "text/event-stream";
            await context.Response.WriteAsync(": hello\n\nevent: metric\ndata: {\"key\":\"loss\",\"value\":0.5,\"timestamp\":7,\"step\":1}\n\n", context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            await mayEnd.Task;
            await context.Response.WriteAsync("event: heartbeat\ndata: {}\n\nevent: run\ndata: {\"status\":\"FINISHED\",\"end_time\":9}\n\n", context.RequestAborted);
        }));

        var events = new List<RunEvent>();
        await foreach (var happened in gateway.Client.Runs.StreamAsync("r", Token))
        {
            events.Add(happened);
            mayEnd.TrySetResult();
        }

        Assert.Equal(new MetricLogged("loss", 0.5, DateTimeOffset.FromUnixTimeMilliseconds(7), 1), events[0]);
        Assert.Equal(new RunStatusChanged(RunStatus.Finished, DateTimeOffset.FromUnixTimeMilliseconds(9)), events[1]);
        Assert.Equal(2, events.Count);
    }

    [Fact]
    public async Task Stream_UnknownRun_ThrowsTheRefusal()
    {
        await using var gateway = await TestGateway.StartAsync(g => g.On(
            "GET /api/v1/mlflow/runs/{id}/metrics/stream", """{"title":"Not found","detail":"No run r","code":"not_found"}""", 404, "application/problem+json"));

        var exception = await Assert.ThrowsAsync<MLOpsClientException>(async () => await gateway.Client.Runs.StreamAsync("r", Token).ToArrayAsync(Token));

        Assert.Equal("not_found", exception.Code);
    }
}
