using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using MLOps.Contracts.Endpoints;
using MLOps.Contracts.Models;
using MLOps.Gateway.Endpoints;
using MLOps.Inference.Tensors;
using MLOps.Testing.Onnx;
using MLOps.Tracking;

namespace MLOps.Gateway.Tests.Endpoints;

/// <summary>A gateway before two silos, one of which goes while callers call: they may wait, they must not fail.</summary>
public sealed class SiloLossTests : IAsyncLifetime
{
    private RemoteSilos? _silos;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _silos = await RemoteSilos.StartAsync(2);

    public ValueTask DisposeAsync() => _silos!.DisposeAsync();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Silo_KilledOrStoppedUnderLoad_NoCallFails(bool kill)
    {
        var artifacts = _silos!.Stores.GetRequiredService<IArtifactStore>();
        var registry = _silos.Stores.GetRequiredService<IModelRegistryStore>();
        await artifacts.WriteAsync("m/model.onnx", new MemoryStream(TinyModels.AddConstant(1, 1)), Ct);
        await registry.CreateRegisteredModelAsync("m", null, [], Ct);
        await registry.CreateModelVersionAsync("m", new CreateModelVersion("mlflow-artifacts:/m", null, null, null, []), Ct);
        await _silos.Cluster.Client.GetGrain<IEndpointGrain>("e").DeployAsync(new EndpointSpec(new[] { new VariantSpec("v", "models:/m/1", Replicas: 4) }, null));

        var invoker = _silos.Gateway.GetRequiredService<EndpointInvoker>();
        var failures = new ConcurrentQueue<Exception>();
        var answers = 0L;
        using var stop = new CancellationTokenSource();
        var callers = Enumerable.Range(0, 4).Select(_ => Task.Run(
            async () =>
            {
                while (!stop.IsCancellationRequested)
                {
                    try
                    {
                        Assert.Equal(11f, await InferAsync(invoker));
                        Interlocked.Increment(ref answers);
                    }
#pragma warning disable CA1031 // Every failure is what the test is about.
                    catch (Exception exception)
#pragma warning restore CA1031
                    {
                        failures.Enqueue(exception);
                        return;
                    }
                }
            },
            Ct)).ToArray();

        await AnsweredAsync(() => Interlocked.Read(ref answers), 100, failures, "answers before the loss");
        if (kill)
        {
            await _silos.Cluster.KillSiloAsync(_silos.Cluster.Silos[1], Ct);
        }
        else
        {
            await _silos.Cluster.StopSiloAsync(_silos.Cluster.Silos[1], Ct);
        }

        await AnsweredAsync(() => Interlocked.Read(ref answers), Interlocked.Read(ref answers) + 500, failures, "answers after the loss");
        await stop.CancelAsync();
        await Task.WhenAll(callers);
        Assert.Empty(failures);
    }

    private static async Task<float> InferAsync(EndpointInvoker invoker)
    {
        var input = new Tensor("x", TensorDatatype.Fp32, [1, 1], BitConverter.GetBytes(10f));
        using var prediction = await invoker.InferAsync("e", new PredictionRequest([input], [], null, null, 0), Ct);
        return BitConverter.ToSingle(prediction.Result.Outputs[0].Data.Span);
    }

    private static async Task AnsweredAsync(Func<long> answers, long least, ConcurrentQueue<Exception> failures, string what)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(90));
        while (answers() < least && failures.IsEmpty)
        {
            Assert.False(deadline.IsCancellationRequested, $"Waited 90 s for {least} {what}; there are {answers()}.");
            await Task.Delay(20, Ct);
        }
    }
}
