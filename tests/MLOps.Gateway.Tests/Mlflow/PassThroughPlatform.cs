using MLOps.Gateway.Tests.Endpoints;
using MLOps.Testing;

namespace MLOps.Gateway.Tests.Mlflow;

/// <summary>The platform with an MLflow server beside it, which is a receiver that writes down what it gets.</summary>
public sealed class PassThroughPlatform : IAsyncLifetime
{
    public ServingPlatform Platform { get; } = new();

    public Receiver Beside { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Beside = await Receiver.StartAsync();
        Platform.Settings["MLOps:Gateway:PassThroughUrl"] = Beside.Url;
        Platform.Settings["MLFLOW_SERVER_ALLOWED_HOSTS"] = "mlops.example.com, *.desk.example.com:8080";
        await Platform.InitializeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Platform.DisposeAsync();
        await Beside.DisposeAsync();
    }
}
