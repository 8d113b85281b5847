using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace MLOps.Tracking.Tests.Webhooks;

/// <summary>A real HTTP server on a free loopback port that writes down what it gets and answers as told.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<ReceivedCall> _calls = new();
    private int _count;

    private Receiver(WebApplication app) => _app = app;

    /// <summary>Makes the answer to the n-th call (from 0). Default: 200.</summary>
    public Func<int, HttpResponse, Task> Answer { get; set; } = (_, response) => response.WriteAsync("received");

    public string Url => _app.Urls.First();

    public int Port => new Uri(Url).Port;

    public IReadOnlyList<ReceivedCall> Calls => [.. _calls];

    public static async Task<Receiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        var receiver = new Receiver(app);
        app.Run(receiver.TakeAsync);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return receiver;
    }

    /// <summary>Waits until there are at least so many calls.</summary>
    public async Task<IReadOnlyList<ReceivedCall>> WaitAsync(int count)
    {
        using var deadline = new CancellationTokenSource(Patience);
        while (_calls.Count < count)
        {
            Assert.False(deadline.IsCancellationRequested, $"waited {Patience} for {count} deliveries, got {_calls.Count}");
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }

        return Calls;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task TakeAsync(HttpContext http)
    {
        using var reader = new StreamReader(http.Request.Body);
        var body = await reader.ReadToEndAsync(http.RequestAborted);
        var number = Interlocked.Increment(ref _count) - 1;
        _calls.Enqueue(new ReceivedCall(
            http.Request.Path,
            http.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase),
            body));
        await Answer(number, http.Response);
    }
}
