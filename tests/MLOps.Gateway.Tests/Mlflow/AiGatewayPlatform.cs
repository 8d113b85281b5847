using MLOps.Gateway.Tests.Endpoints;
using MLOps.Testing;

namespace MLOps.Gateway.Tests.Mlflow;

/// <summary>The platform with a deployments server behind it, named by MLflow's variable.</summary>
public sealed class AiGatewayPlatform : IAsyncLifetime
{
    public ServingPlatform Platform { get; } = new();

    public Receiver Deployments { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Deployments = await Receiver.StartAsync();
        Platform.Settings["MLFLOW_DEPLOYMENTS_TARGET"] = Deployments.Url + "/base/";
        Platform.Settings["MLFLOW_GATEWAY_ALLOWED_PROVIDERS"] = "openai, Amazon-Bedrock";
        await Platform.InitializeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Platform.DisposeAsync();
        await Deployments.DisposeAsync();
    }
}
