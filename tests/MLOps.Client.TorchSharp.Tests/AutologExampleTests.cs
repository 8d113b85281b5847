using MLOps.Client.Runs;
using MLOps.Models.Native;
using MLOps.Testing;
using static TorchSharp.torch;

namespace MLOps.Client.Autologging.Tests;

/// <summary>The TorchSharp example of docs/dotnet-sdk.md: compiled, run, and the same as in the document.</summary>
[Collection("variable")]
public sealed class AutologExampleTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Document_Block_IsTheCodeBelow()
    {
        var (documented, compiled) = DocumentedCode.Read("docs/dotnet-sdk.md", "tests/MLOps.Client.TorchSharp.Tests/AutologExampleTests.cs", "autolog");
        Assert.Equal(compiled, documented);
    }

    [Fact]
    public async Task Example_VariableIsSet_LogsTheTraining()
    {
        LibTorch.EnsureLoaded();
        await using var server = await LoggingServer.StartAsync();
        using var client = new MLOpsClient(server.Address, new MLOpsClientOptions());
        using var model = nn.Linear(2, 1);
        using var optimizer = optim.SGD(model.parameters(), 0.1);
        using var x = randn(8, 2);
        using var y = x.sum(1, keepdim: true);
        var before = Environment.GetEnvironmentVariable(TorchAutolog.Variable);
        Environment.SetEnvironmentVariable(TorchAutolog.Variable, "true");
        try
        {
            await using var run = await client.StartRunAsync("e", cancellationToken: Token);
            await TrainAsync(run, model, optimizer, x, y);
        }
        finally
        {
            Environment.SetEnvironmentVariable(TorchAutolog.Variable, before);
        }

        Assert.Equal([0L, 1L, 2L], server.Metrics.Where(metric => metric.Key == "train_loss").Select(metric => metric.Step));
        Assert.Equal(3, server.Metrics.Count(metric => metric.Key == "val_loss"));
        Assert.Equal("SGD", server.Params["optimizer_name"]);
        Assert.Contains("model_summary.txt", server.Files.Keys);
    }

    private static async Task TrainAsync(ActiveRun run, nn.Module<Tensor, Tensor> model, optim.Optimizer optimizer, Tensor x, Tensor y)
    {
        // doc: autolog
        using var auto = await TorchAutolog.StartAsync(run, model, optimizer);
        for (var epoch = 0; epoch < 3; epoch++)
        {
            optimizer.zero_grad();
            using var loss = nn.functional.mse_loss(model.call(x), y);
            loss.backward();
            optimizer.step();
            auto.Step(loss);
            auto.EndEpoch(("val_loss", loss.item<float>()));
        }
        // doc: end
    }
}
