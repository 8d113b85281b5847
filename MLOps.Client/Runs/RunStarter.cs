using System.Globalization;
using System.Reflection;
using MLOps.Client.Http;
using MLOps.Client.SystemMetrics;

namespace MLOps.Client.Runs;

/// <summary>Makes or continues runs, by the options and by the environment.</summary>
internal sealed class RunStarter(MLOpsClient client, TimeProvider time, MLOpsClientOptions environment)
{
    private const string DefaultExperiment = "0";
    private readonly RetryPolicy _retry = new(environment.Retry, time);
    private string? _runOfEnvironment = environment.RunId;

    public async Task<ActiveRun> StartAsync(RunOptions options, CancellationToken cancellationToken)
    {
        if (options.Heartbeat is { } interval && (interval < TimeSpan.FromSeconds(1) || interval.Ticks % TimeSpan.TicksPerSecond != 0))
        {
            throw new ArgumentOutOfRangeException(nameof(options), interval, "A heartbeat's interval is a whole number of seconds, at least 1.");
        }

        // A process continues the run of its environment once; what it starts later or inside is new.
        var existing = options.RunId ?? (options.ParentRunId is null ? Interlocked.Exchange(ref _runOfEnvironment, null) : null);
        var run = existing is null ? await CreateAsync(options, cancellationToken) : await ContinueAsync(existing, options, cancellationToken);
        var firstStep = existing is not null && Samples(options) ? await NextSystemStepAsync(run, cancellationToken) : 0;
        var active = new ActiveRun(client, run, time, _retry);
        if (Samples(options))
        {
            active.Accompany(SystemMetricsSampler.Start(active, environment.SystemMetrics, firstStep, time));
        }

        if (options.Heartbeat is { } period)
        {
            active.Accompany(Heartbeat.Start(active, period, time));
        }

        return active;
    }

    private bool Samples(RunOptions options) => options.LogSystemMetrics ?? environment.LogSystemMetrics;

    private async Task<Run> CreateAsync(RunOptions options, CancellationToken cancellationToken)
    {
        var experiment = await ExperimentAsync(options, cancellationToken);
        return await _retry.RunOnceAsync(token => client.Runs.CreateAsync(experiment, options.RunName, Tags(options), token), cancellationToken);
    }

    private async Task<Run> ContinueAsync(string runId, RunOptions options, CancellationToken cancellationToken)
    {
        var run = await _retry.RunAsync(token => client.Runs.GetAsync(runId, token), cancellationToken);
        if (options.Experiment is { } name)
        {
            var wanted = await _retry.RunAsync(token => client.Experiments.GetOrCreateAsync(name, token), cancellationToken);
            if (wanted.ExperimentId != run.Info.ExperimentId)
            {
                throw new InvalidOperationException(
                    $"Run {runId} is in experiment {run.Info.ExperimentId}, not in '{name}' ({wanted.ExperimentId}). Name that experiment or none, or unset MLFLOW_RUN_ID.");
            }
        }

        await _retry.RunAsync(token => client.Runs.UpdateAsync(runId, RunStatus.Running, runName: options.RunName, cancellationToken: token), cancellationToken);
        await _retry.RunAsync(token => client.Runs.LogBatchAsync(runId, tags: Tags(options, continued: true), cancellationToken: token), cancellationToken);
        return await _retry.RunAsync(token => client.Runs.GetAsync(runId, token), cancellationToken);
    }

    private async Task<string> ExperimentAsync(RunOptions options, CancellationToken cancellationToken)
    {
        if (options.ExperimentId is { } id)
        {
            return id;
        }

        if ((options.Experiment ?? environment.ExperimentName) is { } name)
        {
            return (await _retry.RunAsync(token => client.Experiments.GetOrCreateAsync(name, token), cancellationToken)).ExperimentId;
        }

        return environment.ExperimentId ?? DefaultExperiment;
    }

    private Dictionary<string, string> Tags(RunOptions options, bool continued = false)
    {
        var tags = new Dictionary<string, string>(StringComparer.Ordinal);
        if (!continued)
        {
            tags[RunTags.User] = Environment.UserName;
            tags[RunTags.SourceName] = Assembly.GetEntryAssembly()?.GetName().Name ?? Environment.ProcessPath ?? AppDomain.CurrentDomain.FriendlyName;
            tags[RunTags.SourceType] = RunTags.LocalSource;
        }

        Put(tags, RunTags.RunName, options.RunName);
        Put(tags, RunTags.ParentRunId, options.ParentRunId);
        Put(tags, RunTags.Note, options.Description);
        if (options.Heartbeat is { } interval)
        {
            tags[RunTags.HeartbeatInterval] = ((long)interval.TotalSeconds).ToString(CultureInfo.InvariantCulture);
            tags[RunTags.Heartbeat] = time.GetUtcNow().ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        }

        foreach (var (key, value) in options.Tags ?? new Dictionary<string, string>())
        {
            tags[key] = value;
        }

        return tags;
    }

    private static void Put(Dictionary<string, string> tags, string key, string? value)
    {
        if (value is not null)
        {
            tags[key] = value;
        }
    }

    /// <summary>A continued run's machine curves go on where they ended.</summary>
    private async Task<long> NextSystemStepAsync(Run run, CancellationToken cancellationToken)
    {
        long next = 0;
        if (run.Metrics.Keys.FirstOrDefault(key => key.StartsWith(SystemMetricsOptions.Prefix, StringComparison.Ordinal)) is { } key)
        {
            await foreach (var metric in client.Runs.GetHistoryAsync(run.Info.RunId, key, cancellationToken))
            {
                next = Math.Max(next, metric.Step + 1);
            }
        }

        return next;
    }
}
