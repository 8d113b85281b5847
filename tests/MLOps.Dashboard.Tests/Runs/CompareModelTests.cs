using MLOps.Client;
using MLOps.Dashboard.Runs;

namespace MLOps.Dashboard.Tests.Runs;

public sealed class CompareModelTests
{
    [Fact]
    public async Task Show_TwoRuns_TellsWhichParametersDiffer()
    {
        using var gateway = new FakeGateway();
        gateway.Answer("GET /api/2.0/mlflow/runs/get", """
            {"run":{"info":{"run_id":"a","run_name":"a","experiment_id":"1","status":"FINISHED"},
              "data":{"metrics":[{"key":"loss","value":1,"timestamp":1,"step":1}],"params":[{"key":"lr","value":"0.1"}]}}}
            """);
        using var http = new HttpClient(gateway) { BaseAddress = new Uri("http://gateway/") };
        using var client = new MLOpsClient(http);
        var model = new CompareModel(client);

        model.Show("a, a ,b,");
        await model.RefreshAsync(TestContext.Current.CancellationToken);

        Assert.Equal(2, model.Runs.Count);
        Assert.Equal(["loss"], model.Metrics);
        Assert.False(model.Differs("lr"));
        Assert.True(model.Curves.All(curve => !curve.IsLive));
    }

    [Fact]
    public async Task Show_NoRuns_LoadsNothing()
    {
        using var gateway = new FakeGateway { IsDown = true };
        using var http = new HttpClient(gateway) { BaseAddress = new Uri("http://gateway/") };
        using var client = new MLOpsClient(http);
        var model = new CompareModel(client);

        model.Show(null);
        await model.RefreshAsync(TestContext.Current.CancellationToken);

        Assert.True(model.IsLoaded);
        Assert.Empty(model.Runs);
    }
}
