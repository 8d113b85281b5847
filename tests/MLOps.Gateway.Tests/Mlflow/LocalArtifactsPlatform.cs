using MLOps.Gateway.Tests.Endpoints;
using MLOps.Testing;

namespace MLOps.Gateway.Tests.Mlflow;

/// <summary>The platform with one folder named for local artifact locations.</summary>
public sealed class LocalArtifactsPlatform : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();

    public LocalArtifactsPlatform() => Platform = new ServingPlatform { Settings = { ["MLOps:Tracking:AllowedArtifactRoots:0"] = Combine("root") } };

    public ServingPlatform Platform { get; }

    public string Combine(params string[] parts) => _folder.Combine(parts);

    public ValueTask InitializeAsync() => Platform.InitializeAsync();

    public async ValueTask DisposeAsync()
    {
        await Platform.DisposeAsync();
        _folder.Dispose();
    }
}
