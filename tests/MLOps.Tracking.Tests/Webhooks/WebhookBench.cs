using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using MLOps.Tracking.Models;
using MLOps.Tracking.Tests.Storage;
using MLOps.Tracking.Webhooks;

namespace MLOps.Tracking.Tests.Webhooks;

/// <summary>The real stores, sender and dispatcher on a real file; by default as a test on one machine needs them: http and loopback allowed.</summary>
internal sealed class WebhookBench : IAsyncDisposable
{
    private readonly OpenStore _store;
    private readonly WebhookSignal _signal = new();
    private WebhookDispatcher? _dispatcher;

    /// <param name="database">An empty database; null: a new SQLite file.</param>
    public WebhookBench(Action<WebhookOptions>? configure = null, Func<string, CancellationToken, Task<IPAddress[]>>? resolve = null, string? database = null)
    {
        _store = new OpenStore(database);
        Values = new WebhookOptions { AllowedSchemes = "http,https", AllowPrivateAddresses = true, BackoffStep = TimeSpan.FromMilliseconds(5) };
        configure?.Invoke(Values);
        new WebhookOptionsValidator(new ConfigurationBuilder().Build()).PostConfigure(null, Values);
        var options = Options.Create(Values);
        Guard = new WebhookAddressGuard(options, resolve ?? Dns.GetHostAddressesAsync);
        Secrets = new WebhookSecrets(options, Options.Create(new TrackingOptions { DataDirectory = DataDirectory }), TimeProvider.System);
        Sender = new WebhookSender(options, Guard, TimeProvider.System);
        Open();
    }

    public WebhookOptions Values { get; }

    public string DataDirectory => _store.Combine("data");

    public OpenStore Store => _store;

    public WebhookAddressGuard Guard { get; }

    public WebhookSecrets Secrets { get; }

    public WebhookSender Sender { get; }

    public SqlWebhookStore Webhooks { get; private set; } = null!;

    public IModelRegistryStore Registry { get; private set; } = null!;

    public WebhookOutbox Outbox { get; private set; } = null!;

    public WebhookTester Tester => new(Webhooks, Sender, TimeProvider.System);

    /// <summary>Deliveries that have not ended.</summary>
    public long Waiting => (long)_store.Database.Read(session => session.Scalar("SELECT COUNT(*) FROM mlops_webhook_delivery"))!;

    public Task<Webhook> SubscribeAsync(string url, string? secret = null, params WebhookEvent[] events) => Webhooks.CreateWebhookAsync(
        new CreateWebhook("hook", url, events.Length == 0 ? WebhookEvent.All : events, null, secret, WebhookStatus.Active),
        TestContext.Current.CancellationToken);

    public async Task StartDeliveringAsync()
    {
        _dispatcher = new WebhookDispatcher(Outbox, Webhooks, Sender, _signal, Options.Create(Values), TimeProvider.System, NullLogger<WebhookDispatcher>.Instance);
        await _dispatcher.StartAsync(TestContext.Current.CancellationToken);
    }

    public async Task StopDeliveringAsync()
    {
        if (_dispatcher is not null)
        {
            await _dispatcher.StopAsync(CancellationToken.None);
            _dispatcher.Dispose();
            _dispatcher = null;
        }
    }

    /// <summary>Closes the file and opens it again with new stores, as a restart does.</summary>
    public async Task RestartAsync()
    {
        await StopDeliveringAsync();
        await _store.RestartAsync();
        Open();
    }

    /// <summary>Waits until every delivery has ended.</summary>
    public async Task DrainAsync()
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (Waiting > 0)
        {
            Assert.False(deadline.IsCancellationRequested, $"waited 30 s for the outbox to be empty, {Waiting} deliveries are left");
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopDeliveringAsync();
        Sender.Dispose();
        await _store.DisposeAsync();
    }

    private void Open()
    {
        Webhooks = new SqlWebhookStore(_store.Database, new WebhookRules(Options.Create(Values), Guard), Secrets, TimeProvider.System);
        Registry = new SqlModelRegistryStore(_store.Database, TimeProvider.System, _signal);
        Outbox = new WebhookOutbox(_store.Database, TimeProvider.System);
    }
}
