using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using MLOps.Tracking.Rest;

namespace MLOps.Tracking.Tests.Rest;

/// <summary>Keeps everything that is logged, at any level.</summary>
internal sealed class ListLogger : ILogger<UpstreamClient>
{
    public ConcurrentQueue<string> Lines { get; } = [];

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Lines.Enqueue($"{formatter(state, exception)} {exception}");
}
