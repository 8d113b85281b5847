using System.Runtime.ExceptionServices;
using MLOps.Client.Http;

namespace MLOps.Client.Runs;

/// <summary>A run being written. Metrics are gathered while others are on their way and sent together; disposing sends the rest and ends the run.</summary>
/// <remarks>A value leaves the buffer only when the server has acknowledged it as durable, or refused it for its key. Writes that fail for a passing reason are tried again
/// (<see cref="MLOpsClientOptions.Retry"/>), and what <see cref="FlushAsync"/> or <see cref="DisposeAsync"/> cannot deliver makes them throw.
/// <see cref="DisposeAsync"/> cannot see whether its block was left by an exception: call <see cref="Fail"/>, or use <see cref="MLOpsClient.TrackAsync(string?, string?, Func{ActiveRun, Task}, CancellationToken)"/>, which does.
/// Thread-safe.</remarks>
public sealed partial class ActiveRun : IAsyncDisposable
{
    private const int LongestTagValue = 8000;
    private readonly TimeProvider _time;
    private readonly RetryPolicy _retry;
    private readonly MetricBuffer _metrics;
    private readonly List<IAsyncDisposable> _companions = [];
    private RunStatus _end = RunStatus.Finished;
    private string? _error;
    private int _disposed;

    internal ActiveRun(MLOpsClient client, Run run, TimeProvider time, RetryPolicy retry)
    {
        Client = client;
        Run = run;
        _time = time;
        _retry = retry;
        _metrics = new MetricBuffer(Id, (batch, token) => client.Runs.LogBatchAsync(Id, batch, cancellationToken: token), retry);
    }

    /// <summary>The run as it was started.</summary>
    public Run Run { get; }

    public string Id => Run.Info.RunId;

    internal MLOpsClient Client { get; }

    /// <summary>Takes a value and returns at once.</summary>
    /// <param name="timestamp">When it was measured. Default: now.</param>
    /// <exception cref="ObjectDisposedException">The run has ended.</exception>
    public void LogMetric(string key, double value, long step = 0, DateTimeOffset? timestamp = null) =>
        _metrics.Add(new Metric(key, value, timestamp ?? _time.GetUtcNow(), step));

    /// <summary>Takes one step's values, all of one time.</summary>
    /// <exception cref="ObjectDisposedException">The run has ended.</exception>
    public void LogMetrics(IReadOnlyDictionary<string, double> values, long step = 0)
    {
        var now = _time.GetUtcNow();
        foreach (var (key, value) in values)
        {
            LogMetric(key, value, step, now);
        }
    }

    /// <summary>Logs a parameter; returns when it is durable. Numbers and dates are written in the invariant culture.</summary>
    /// <exception cref="MLOpsClientException">Among others: the parameter has another value already.</exception>
    public Task LogParamAsync(string key, object? value, CancellationToken cancellationToken = default) =>
        _retry.RunAsync(token => Client.Runs.LogParamAsync(Id, key, ParamText.Of(value), token), cancellationToken);

    /// <summary>Logs parameters, 100 a request.</summary>
    public Task LogParamsAsync<T>(IEnumerable<KeyValuePair<string, T>> parameters, CancellationToken cancellationToken = default)
    {
        var texts = parameters.ToDictionary(pair => pair.Key, pair => ParamText.Of(pair.Value), StringComparer.Ordinal);
        return _retry.RunAsync(token => Client.Runs.LogBatchAsync(Id, parameters: texts, cancellationToken: token), cancellationToken);
    }

    public Task SetTagAsync(string key, string value, CancellationToken cancellationToken = default) =>
        _retry.RunAsync(token => Client.Runs.SetTagAsync(Id, key, value, token), cancellationToken);

    public Task SetTagsAsync(IReadOnlyDictionary<string, string> tags, CancellationToken cancellationToken = default) =>
        _retry.RunAsync(token => Client.Runs.LogBatchAsync(Id, tags: tags, cancellationToken: token), cancellationToken);

    /// <exception cref="MLOpsClientException">Among others: there is no such tag.</exception>
    public Task DeleteTagAsync(string key, CancellationToken cancellationToken = default) => Client.Runs.DeleteTagAsync(Id, key, cancellationToken);

    /// <summary>Says which datasets the run reads.</summary>
    public Task LogInputsAsync(IReadOnlyList<RunDataset> datasets, CancellationToken cancellationToken = default) =>
        _retry.RunAsync(token => Client.Runs.LogInputsAsync(Id, datasets, token), cancellationToken);

    /// <summary>Starts a run inside this one, in the same experiment.</summary>
    public Task<ActiveRun> StartNestedRunAsync(string? runName = null, IReadOnlyDictionary<string, string>? tags = null, CancellationToken cancellationToken = default) =>
        Client.StartRunAsync(new RunOptions { ExperimentId = Run.Info.ExperimentId, RunName = runName, Tags = tags, ParentRunId = Id }, cancellationToken);

    /// <summary>Returns when everything logged before is durable.</summary>
    /// <exception cref="UndeliveredMetricsException">Values were refused since the last flush; or could not be sent, then they stay and are tried again with the next.</exception>
    public Task FlushAsync(CancellationToken cancellationToken = default) => _metrics.FlushAsync(cancellationToken);

    /// <summary>The status that disposing gives the run. Default: FINISHED.</summary>
    public void EndAs(RunStatus status) => _end = status;

    /// <summary>Disposing gives the run the status FAILED, and the tag <c>mlops.error</c> says why.</summary>
    public void Fail(Exception? exception = null)
    {
        _end = RunStatus.Failed;
        if (exception is not null)
        {
            var text = $"{exception.GetType().Name}: {exception.Message}";
            _error = text[..Math.Min(text.Length, LongestTagValue)];
        }
    }

    /// <summary>Sends the rest and ends the run; FAILED when the rest could not be delivered.</summary>
    /// <exception cref="UndeliveredMetricsException">Values could not be delivered; it says how many.</exception>
    /// <exception cref="MLOpsClientException">The status could not be set.</exception>
    /// <exception cref="AggregateException">Neither could.</exception>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        List<Exception> failures = [];
        foreach (var companion in _companions)
        {
            await AttemptAsync(failures, async _ => await companion.DisposeAsync());
        }

        _metrics.Close();
        await AttemptAsync(failures, token => _metrics.FlushAsync(token));
        if (_error is { } error)
        {
            await AttemptAsync(failures, token => SetTagAsync(RunTags.Error, error, token));
        }

        var status = failures.Count == 0 ? _end : RunStatus.Failed;
        await AttemptAsync(failures, token => _retry.RunAsync(inner => Client.Runs.UpdateAsync(Id, status, cancellationToken: inner), token));
        if (failures.Count > 1)
        {
            throw new AggregateException(failures);
        }

        if (failures.Count == 1)
        {
            ExceptionDispatchInfo.Throw(failures[0]);
        }
    }

    /// <summary>Lives as long as the run does.</summary>
    internal void Accompany(IAsyncDisposable companion) => _companions.Add(companion);

    private static async Task AttemptAsync(List<Exception> failures, Func<CancellationToken, Task> step)
    {
        try
        {
            await step(CancellationToken.None);
        }
        catch (Exception e) when (e is MLOpsClientException or InvalidOperationException)
        {
            // InvalidOperationException: the client was disposed before its run. The steps that follow are tried all the same, and the caller hears of each.
            failures.Add(e);
        }
    }
}
