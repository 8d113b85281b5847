using Microsoft.Extensions.Hosting;
using MLOps.Inference.Engine;

namespace MLOps.Silo.Endpoints;

/// <summary>Makes the engine at start, because ONNX Runtime's shared threads can be had only before anything else in the process uses it:
/// a training that checks its export, for example.</summary>
/// <param name="engine">Made by being asked for.</param>
internal sealed class InferenceEngineStart(InferenceEngine engine) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(engine);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
