using MLOps.Client.Runs;
using MLOps.Models.Native;
using static TorchSharp.torch;

namespace MLOps.Client.Autologging.Tests;

/// <summary>A real, tiny training, logged to a real HTTP server.</summary>
[Collection("variable")]
public sealed class TorchAutologTests : IAsyncLifetime
{
    private const int Epochs = 3, StepsPerEpoch = 4;
    private LoggingServer _server = null!;
    private MLOpsClient _client = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        LibTorch.EnsureLoaded();
        _server = await LoggingServer.StartAsync();
        _client = new MLOpsClient(_server.Address, new MLOpsClientOptions());
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Training_Logged_HasLossesRatesOptimizerAndSummary()
    {
        List<double> losses;
        await using (var run = await _client.StartRunAsync("e", cancellationToken: Token))
        {
            losses = await TrainAsync(run, new TorchAutologOptions { Enabled = true, ExampleInput = zeros(1, 2) });
        }

        var metrics = _server.Metrics.ToLookup(metric => metric.Key, metric => (metric.Step, metric.Value));
        Assert.Equal(losses.Select((loss, step) => ((long)step, loss)), metrics["train_loss_step"]);
        var means = losses.Chunk(StepsPerEpoch).Select(chunk => chunk.Average()).ToList();
        Assert.Equal(Enumerable.Range(0, Epochs).Select(epoch => (long)epoch), metrics["train_loss"].Select(point => point.Step));
        Assert.All(metrics["train_loss"].Zip(means), pair => Assert.Equal(pair.Second, pair.First.Value, 9));
        Assert.True(means[^1] < means[0], "the model did not learn");

        // The scheduler halves the rate after each epoch.
        Assert.Equal(Enumerable.Range(0, Epochs * StepsPerEpoch).Select(step => 0.1 * Math.Pow(0.5, step / StepsPerEpoch)), metrics["learning_rate"].Select(point => point.Value), (a, b) => Math.Abs(a - b) < 1e-12);
        Assert.Equal(Epochs, metrics["val_loss"].Count());

        Assert.Equal("Adam", _server.Params["optimizer_name"]);
        Assert.Equal("0.1", _server.Params["lr"]);
        Assert.Equal("0.01", _server.Params["weight_decay"]);
        Assert.Equal("0.9", _server.Params["beta1"]);
        Assert.Equal("False", _server.Params["amsgrad"]);

        // 2·3+3 and 3·1+1.
        var summary = _server.Files["model_summary.txt"].Split('\n').Select(line => line.Split("  ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)).ToList();
        Assert.Contains(["first", "Linear", "weight [3, 2] bias [3]", "9", "[1, 3]"], summary);
        Assert.Contains(["last", "Linear", "weight [1, 3] bias [1]", "4", "[1, 1]"], summary);
        Assert.Contains(["total parameters: 13"], summary);
        Assert.Contains(["trainable parameters: 13"], summary);
    }

    [Fact]
    public async Task Training_NotSwitchedOn_LogsNothing()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable(TorchAutolog.Variable) is null, $"{TorchAutolog.Variable} is set in this environment.");
        await using (var run = await _client.StartRunAsync("e", cancellationToken: Token))
        {
            await TrainAsync(run, null);
        }

        Assert.Empty(_server.Metrics);
        Assert.Empty(_server.Params);
        Assert.Empty(_server.Files);
    }

    [Fact]
    public async Task Training_EpochsOnlyAndStoppedInOne_LogsTheMeanOfWhatWasDone()
    {
        await using (var run = await _client.StartRunAsync("e", cancellationToken: Token))
        {
            using var model = nn.Linear(2, 1);
            using var optimizer = optim.SGD(model.parameters(), 0.5, momentum: 0.25);
            using var auto = await TorchAutolog.StartAsync(run, model, optimizer, new TorchAutologOptions { Enabled = true, EveryNSteps = 0 }, Token);
            auto.Step(1.0);
            auto.Step(3.0);
            auto.EndEpoch();
            auto.Step(5.0);
        }

        Assert.Equal([("train_loss", 2.0, 0L), ("learning_rate", 0.5, 0L), ("train_loss", 5.0, 1L), ("learning_rate", 0.5, 1L)], _server.Metrics);
        Assert.Equal("SGD", _server.Params["optimizer_name"]);
        Assert.Equal("0.25", _server.Params["momentum"]);
    }

    [Fact]
    public void Summary_FrozenLayersAndRunningStatistics_AreCountedAndLeftAsTheyWere()
    {
        using var norm = nn.BatchNorm1d(2);
        using var frozen = nn.Linear(2, 2);
        foreach (var parameter in frozen.parameters())
        {
            parameter.requires_grad = false;
        }

        using var model = nn.Sequential(("norm", norm), ("frozen", frozen));
        var before = norm.running_mean!.clone();

        var summary = ModelSummary.Of(model, full([8, 2], 7f));

        Assert.Contains("trainable parameters: 4\nother parameters: 6\n", summary, StringComparison.Ordinal);
        Assert.True(before.allclose(norm.running_mean!));
        Assert.True(model.training);
    }

    private static async Task<List<double>> TrainAsync(ActiveRun run, TorchAutologOptions? options)
    {
        random.manual_seed(1);
        using var model = nn.Sequential(("first", nn.Linear(2, 3)), ("tanh", nn.Tanh()), ("last", nn.Linear(3, 1)));
        using var optimizer = optim.Adam(model.parameters(), 0.1, weight_decay: 0.01);
        var schedule = optim.lr_scheduler.StepLR(optimizer, 1, 0.5);
        using var x = randn(32, 2);
        using var y = x.sum(1, keepdim: true);
        using var auto = await TorchAutolog.StartAsync(run, model, optimizer, options, Token);
        var losses = new List<double>();
        for (var epoch = 0; epoch < Epochs; epoch++)
        {
            for (var step = 0; step < StepsPerEpoch; step++)
            {
                optimizer.zero_grad();
                using var loss = nn.functional.mse_loss(model.call(x), y);
                loss.backward();
                optimizer.step();
                auto.Step(loss);
                losses.Add(loss.item<float>());
            }

            auto.EndEpoch(("val_loss", losses[^1]));
            schedule.step();
        }

        return losses;
    }
}
