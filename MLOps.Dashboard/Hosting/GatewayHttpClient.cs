namespace MLOps.Dashboard.Hosting;

/// <summary>The connections to the gateway. Not from the factory: its retries would keep a person waiting, and repeat deployments and training starts.</summary>
internal sealed class GatewayHttpClient : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private readonly SocketsHttpHandler _handler = new() { PooledConnectionLifetime = TimeSpan.FromMinutes(5) };

    public GatewayHttpClient(GatewayAddress address) =>
        Http = new HttpClient(_handler) { BaseAddress = address.Resolve(), Timeout = Patience };

    public HttpClient Http { get; }

    public void Dispose()
    {
        Http.Dispose();
        _handler.Dispose();
    }
}
