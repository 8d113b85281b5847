using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace MLOps.Testing;

/// <summary>A real HTTP server on a free loopback port that writes down what it gets and answers as told.</summary>
public sealed class Receiver : IAsyncDisposable
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

    public static async Task<Receiver> StartAsync(CancellationToken cancellationToken = default)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        var receiver = new Receiver(app);
        app.Run(receiver.TakeAsync);
        await app.StartAsync(cancellationToken);
        return receiver;
    }

    /// <summary>Waits until there are at least so many calls.</summary>
    /// <exception cref="TimeoutException">They did not come.</exception>
    public Task<IReadOnlyList<ReceivedCall>> WaitAsync(int count, CancellationToken cancellationToken) => WaitAsync(null, count, cancellationToken);

    /// <summary>Waits until there are at least so many calls of a path (null: of any).</summary>
    /// <returns>All calls so far.</returns>
    /// <exception cref="TimeoutException">They did not come.</exception>
    public async Task<IReadOnlyList<ReceivedCall>> WaitAsync(string? path, int count, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(Patience);
        while (_calls.Count(call => path is null || call.Path == path) < count)
        {
            if (deadline.IsCancellationRequested)
            {
                throw new TimeoutException($"waited {Patience} for {count} calls{(path is null ? string.Empty : " of " + path)}, got {_calls.Count} calls in all");
            }

            await Task.Delay(10, cancellationToken);
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
