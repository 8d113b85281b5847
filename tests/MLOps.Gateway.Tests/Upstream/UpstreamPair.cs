using MLOps.Gateway.Tests.Endpoints;

namespace MLOps.Gateway.Tests.Upstream;

/// <summary>A platform and, behind it, the server that has the truth.</summary>
public sealed class UpstreamPair : IAsyncLifetime
{
    private FrontPlatform? _front;

    public UpstreamServer Back { get; } = new();

    public ServingPlatform Front => _front!;

    public async ValueTask InitializeAsync()
    {
        await Back.InitializeAsync();
        _front = await FrontPlatform.StartAsync(Back.Http.BaseAddress!.ToString());
    }

    public async ValueTask DisposeAsync()
    {
        if (_front is not null)
        {
            await _front.DisposeAsync();
        }

        await Back.DisposeAsync();
    }
}
