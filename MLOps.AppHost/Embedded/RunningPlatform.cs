namespace MLOps.AppHost.Embedded;

/// <summary>A started platform; disposing it stops it cleanly.</summary>
/// <param name="Url">The address people and clients use.</param>
internal sealed record RunningPlatform(WebApplication App, string Url) : IAsyncDisposable
{
    public Task WaitForShutdownAsync(CancellationToken cancellationToken) => App.WaitForShutdownAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await App.StopAsync(CancellationToken.None);
        await App.DisposeAsync();
    }
}
