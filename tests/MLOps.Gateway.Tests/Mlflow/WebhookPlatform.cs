using MLOps.Gateway.Tests.Endpoints;
using MLOps.Testing;

namespace MLOps.Gateway.Tests.Mlflow;

/// <summary>The platform with webhooks as a test on one machine needs them (by MLflow's variables), and a receiver.</summary>
public sealed class WebhookPlatform : IAsyncLifetime
{
    public ServingPlatform Platform { get; } = new()
    {
        Settings =
        {
            ["MLFLOW_WEBHOOK_ALLOWED_SCHEMES"] = "http, https",
            ["MLFLOW_WEBHOOK_ALLOW_PRIVATE_IPS"] = "true",
            ["MLFLOW_WEBHOOK_REQUEST_TIMEOUT"] = "20",
            ["MLOps:Webhooks:BackoffStep"] = "00:00:00.010",
        },
    };

    public Receiver Receiver { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Receiver = await Receiver.StartAsync();
        await Platform.InitializeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Platform.DisposeAsync();
        await Receiver.DisposeAsync();
    }
}
