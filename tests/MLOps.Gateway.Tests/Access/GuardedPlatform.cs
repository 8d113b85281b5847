using MLOps.Gateway.Tests.Endpoints;
using MLOps.Testing;

namespace MLOps.Gateway.Tests.Access;

/// <summary>The platform with a token, an MLflow server beside it (a receiver that writes down what it gets) and Orleans' dashboard.</summary>
public sealed class GuardedPlatform : IAsyncLifetime
{
    public const string Token = "token-of-the-gateway";

    public ServingPlatform Platform { get; } = new();

    public Receiver Beside { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Beside = await Receiver.StartAsync();
        Platform.Settings["MLOps:Gateway:PassThroughUrl"] = Beside.Url;
        Platform.Settings["MLOps:Gateway:Access:Token"] = Token;
        Platform.Settings["MLOps:Gateway:Access:Username"] = "quant";
        Platform.Settings["MLOps:Gateway:Access:Password"] = "secret";
        Platform.Settings["MLOps:OrleansDashboard:Enabled"] = "true";
        await Platform.InitializeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Platform.DisposeAsync();
        await Beside.DisposeAsync();
    }
}
