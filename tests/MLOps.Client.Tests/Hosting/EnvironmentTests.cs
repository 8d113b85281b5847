using System.Text;
using MLOps.Client.Tests.Runs;

namespace MLOps.Client.Tests.Hosting;

public sealed class EnvironmentTests
{
    [Fact]
    public void Options_EveryVariable_IsRead()
    {
        var options = Read(new()
        {
            ["MLFLOW_TRACKING_URI"] = "https://mlflow.example/base",
            ["MLFLOW_EXPERIMENT_NAME"] = "financial-models",
            ["MLFLOW_EXPERIMENT_ID"] = "3",
            ["MLFLOW_RUN_ID"] = "abc",
            ["MLFLOW_TRACKING_TOKEN"] = "t",
            ["MLFLOW_TRACKING_USERNAME"] = "u",
            ["MLFLOW_TRACKING_PASSWORD"] = "p",
            ["MLFLOW_HTTP_REQUEST_TIMEOUT"] = "30",
            ["MLFLOW_HTTP_REQUEST_MAX_RETRIES"] = "2",
            ["MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR"] = "0.5",
            ["MLFLOW_LOG_SYSTEM_METRICS"] = "True",
            ["MLFLOW_SYSTEM_METRICS_SAMPLING_INTERVAL"] = "2.5",
            ["MLFLOW_SYSTEM_METRICS_SAMPLES_BEFORE_LOGGING"] = "4",
            ["MLFLOW_SYSTEM_METRICS_NODE_ID"] = "n1",
        });

        Assert.Equal(new Uri("https://mlflow.example/base"), options.TrackingUri);
        Assert.Equal(("financial-models", "3", "abc"), (options.ExperimentName, options.ExperimentId, options.RunId));
        Assert.Equal(("t", "u", "p"), (options.Token, options.UserName, options.Password));
        Assert.Equal(TimeSpan.FromSeconds(30), options.RequestTimeout);
        Assert.Equal((2, TimeSpan.FromSeconds(0.5)), (options.Retry.Retries, options.Retry.FirstDelay));
        Assert.True(options.LogSystemMetrics);
        Assert.Equal((TimeSpan.FromSeconds(2.5), 4, "n1"), (options.SystemMetrics.SamplingInterval, options.SystemMetrics.SamplesBeforeLogging, options.SystemMetrics.NodeId));
    }

    [Fact]
    public void Options_NothingSet_AreTheDefaults() => Assert.Equal(new MLOpsClientOptions(), Read([]));

    [Fact]
    public void Options_AddressWithUser_GivesTheCredentials()
    {
        var options = Read(new() { ["MLFLOW_TRACKING_URI"] = "http://ana:p%40ss@mlflow.example" });

        Assert.Equal(("ana", "p@ss"), (options.UserName, options.Password));
    }

    [Theory]
    [InlineData("MLFLOW_TRACKING_URI", "sqlite:///mlflow.db")]
    [InlineData("MLFLOW_TRACKING_URI", "./mlruns")]
    [InlineData("MLFLOW_LOG_SYSTEM_METRICS", "maybe")]
    [InlineData("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "-1")]
    [InlineData("MLFLOW_HTTP_REQUEST_TIMEOUT", "soon")]
    [InlineData("MLFLOW_SYSTEM_METRICS_SAMPLING_INTERVAL", "0")]
    [InlineData("MLFLOW_SYSTEM_METRICS_SAMPLES_BEFORE_LOGGING", "0.5")]
    public void Options_ValueThatCannotBeMeant_NamesTheVariable(string name, string value)
    {
        var exception = Assert.Throws<FormatException>(() => Read(new() { [name] = value }));

        Assert.StartsWith($"{name} is '{value}'", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Client_TokenOrPassword_AreSent()
    {
        await using var gateway = await TestGateway.StartAsync(g => g.WithRuns(), new MLOpsClientOptions { Token = "secret" });
        await gateway.Client.Experiments.GetAsync("e", TestContext.Current.CancellationToken);
        using var named = new MLOpsClient(gateway.Address, new MLOpsClientOptions { Token = "secret", UserName = "ana", Password = "pass" });
        await named.Experiments.GetAsync("e", TestContext.Current.CancellationToken);
        using var plain = new MLOpsClient(gateway.Address, new MLOpsClientOptions());
        await plain.Experiments.GetAsync("e", TestContext.Current.CancellationToken);

        var basic = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("ana:pass"));
        Assert.Equal(["Bearer secret", basic, null], gateway.Received.Select(request => request.Authorization));
    }

    [Fact]
    public async Task Client_AddressWithAPath_KeepsItWithoutASlash()
    {
        await using var gateway = await TestGateway.StartAsync(g => g.On("GET /base/api/2.0/mlflow/experiments/get-by-name", """{"experiment":{"experiment_id":"7","name":"e"}}"""));
        using var client = new MLOpsClient(new Uri(gateway.Address, "base"), new MLOpsClientOptions());

        var experiment = await client.Experiments.GetAsync("e", TestContext.Current.CancellationToken);

        Assert.Equal("7", experiment.ExperimentId);
    }

    private static MLOpsClientOptions Read(Dictionary<string, string> variables) => MLOpsClientOptions.FromEnvironment(variables.GetValueOrDefault);
}
