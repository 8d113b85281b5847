using System.Threading.Channels;
using MLOps.Contracts.Experiments;
using MLOps.Contracts.Runs;
using MLOps.Models.Catalog;

namespace MLOps.Silo.Training;

/// <summary>Takes what the training thread reports and passes it on in order: metrics to the run, checkpoints to their files, the newest progress to the job.
/// The training thread never waits; while one batch is written, the next gathers. What an earlier attempt has logged is not logged again.</summary>
/// <param name="start">The checkpoint that this attempt goes on from; null: there is none, or it cannot be read, and the job begins anew.</param>
internal sealed class TrainingPump(
    TrainingAttempt attempt,
    TrainingCheckpoint? start,
    IReadOnlyList<Metric> logged,
    ITrainingJobOwnerGrain job,
    TrainingCheckpoints checkpoints,
    CheckpointCadence cadence,
    TimeProvider time,
    CancellationTokenSource cancel) : ITrainingObserver
{
    private readonly Lock _gate = new();

    /// <summary>Most metrics of one batch, MLflow's limit.</summary>
    private const int MaximumBatch = 1000;

    private readonly Channel<Reported> _reports = Channel.CreateUnbounded<Reported>(new UnboundedChannelOptions { SingleReader = true });

    /// <summary>By name, the step up to which an earlier attempt came: in order, so that every step before is there too.</summary>
    private readonly Dictionary<string, long> _logged = logged.ToDictionary(metric => metric.Key, metric => metric.Step);

    private TrainingCheckpoint? _checkpoint = attempt.Checkpoint;
    private long _lastCheckpoint = time.GetTimestamp();

    /// <summary>Of the training that goes on now: the job's own, or a fold's.</summary>
    private long _lastCheckpointStep = start?.Step ?? 0;

    private volatile bool _checkpointWaits;
    private volatile TrainingOrder _order;

    /// <summary>The model has asked whether to come to the end with its best: it has one. Or it is trained.</summary>
    private volatile bool _hasBest = start is { IsEvaluation: true };

    /// <summary>The model has passed a checkpoint of this attempt.</summary>
    private volatile bool _hasPassed;
    private bool _isOver;

    /// <summary>What the job was last asked for.</summary>
    public TrainingOrder Order => _order;

    /// <summary>The largest step so far.</summary>
    public long LastStep { get; private set; } = start?.Step ?? 0;

    public void OnMetrics(long step, IReadOnlyList<KeyValuePair<string, double>> metrics)
    {
        LastStep = Math.Max(LastStep, step);
        Report(step, metrics);
    }

    public void OnProgress(double fraction, string message) => _reports.Writer.TryWrite(new Reported(null, (fraction, message), null));

    /// <exception cref="TrainingPausedException">The job is to be paused, and this is where it goes on.</exception>
    public void OnCheckpoint(long step, Func<byte[]> content) =>
        Offer(new Offered(step, content, IsEvaluation: false), step, cadence.IsDue(time.GetElapsedTime(_lastCheckpoint), step - _lastCheckpointStep));

    /// <summary>The model is trained: from here on a job that is stopped keeps it.</summary>
    public void OnTrained() => _hasBest = true;

    /// <summary>The job's evaluation could go on from here in another process.</summary>
    /// <param name="checkpoint">Called before this method returns, or never.</param>
    /// <param name="step">Of the fold's training; null: between two of them.</param>
    /// <exception cref="TrainingPausedException">As <see cref="OnCheckpoint"/>.</exception>
    public void OnEvaluation(Func<EvaluationCheckpoint> checkpoint, long? step)
    {
        if (step is null)
        {
            _lastCheckpointStep = 0;
        }

        var elapsed = time.GetElapsedTime(_lastCheckpoint);
        Offer(
            new Offered(LastStep, () => checkpoint().Write(), IsEvaluation: true),
            step ?? 0,
            step is { } counted ? cadence.IsDue(elapsed, counted - _lastCheckpointStep) : cadence.IsDueBetweenFolds(elapsed));
    }

    /// <summary>Figures of a fold of the job's evaluation. Its number is no step of the training.</summary>
    public void OnFold(int number, IEnumerable<KeyValuePair<string, double>> figures) => Report(number, figures);

    public bool IsToFinish()
    {
        _hasBest = true;
        return _order == TrainingOrder.Finish;
    }

    /// <summary>Does what is asked of the trainer, or has it done at the next checkpoint.</summary>
    public void Take(TrainingOrder order)
    {
        lock (_gate)
        {
            if (_isOver)
            {
                return;
            }

            _order = order;
            if (order == TrainingOrder.LetGo || (order == TrainingOrder.Finish && !MayHaveBest))
            {
                cancel.Cancel();
            }
        }
    }

    /// <summary>Whether no earlier attempt has logged it.</summary>
    public bool IsNew(string key, long step) => !_logged.TryGetValue(key, out var last) || step > last;

    /// <summary>No more will be reported.</summary>
    public void Complete()
    {
        lock (_gate)
        {
            _isOver = true;
        }

        _reports.Writer.TryComplete();
    }

    /// <summary>Passes reports on until <see cref="Complete"/>. A failed write, or a stop that the job was asked for, cancels the training.</summary>
    public async Task RunAsync()
    {
        try
        {
            while (!cancel.IsCancellationRequested && await _reports.Reader.WaitToReadAsync())
            {
                await PassOnAsync();
            }
        }
        catch
        {
            await cancel.CancelAsync();
            throw;
        }
    }

    private void Report(long step, IEnumerable<KeyValuePair<string, double>> metrics)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        foreach (var (key, value) in metrics)
        {
            if (IsNew(key, step))
            {
                _reports.Writer.TryWrite(new Reported(new Metric(key, value, now, step), null, null));
            }
        }
    }

    /// <param name="step">Of the training that goes on now.</param>
    private void Offer(Offered offered, long step, bool isDue)
    {
        _hasPassed = true;
        Take(_order);
        cancel.Token.ThrowIfCancellationRequested();
        var isToPause = _order == TrainingOrder.Pause;

        // One at a time: a store that is slower than the training does not fill the memory.
        if (isToPause || (!_checkpointWaits && isDue))
        {
            _checkpointWaits = true;
            (_lastCheckpoint, _lastCheckpointStep) = (time.GetTimestamp(), step);
            _reports.Writer.TryWrite(new Reported(null, null, new Kept(offered.Step, offered.Content(), offered.IsEvaluation)));
        }

        if (isToPause)
        {
            throw new TrainingPausedException();
        }
    }

    /// <summary>A model that has not asked yet may still ask when it has read the checkpoint that it goes on from.</summary>
    private bool MayHaveBest => _hasBest || (start is not null && !_hasPassed);

    private async Task PassOnAsync()
    {
        var metrics = new List<Metric>();
        (double Fraction, string Message)? progress = null;
        Kept? checkpoint = null;
        while (metrics.Count < MaximumBatch && checkpoint is null && _reports.Reader.TryRead(out var report))
        {
            if (report.Metric is { } metric)
            {
                metrics.Add(metric);
            }

            progress = report.Progress ?? progress;
            checkpoint = report.Checkpoint;
        }

        if (metrics.Count > 0)
        {
            Take(await job.LogAsync(attempt.Number, metrics));
        }

        if (progress is var (fraction, message))
        {
            Take(await job.ReportProgressAsync(attempt.Number, fraction, message));
        }

        // The checkpoint last: whoever goes on from it does not log the steps before it.
        if (checkpoint is not null && !cancel.IsCancellationRequested)
        {
            await KeepAsync(checkpoint);
        }
    }

    private async Task KeepAsync(Kept kept)
    {
        var checkpoint = await checkpoints.WriteAsync(attempt.Job.JobId, attempt.Number, kept.Step, kept.Content, cancel.Token, kept.IsEvaluation);
        var order = await job.SetCheckpointAsync(attempt.Number, checkpoint);
        Take(order);
        if (order == TrainingOrder.LetGo)
        {
            // It may be another's job now, who goes on from the one before.
            return;
        }

        if (_checkpoint is { } before && before != checkpoint)
        {
            await checkpoints.DeleteAsync(attempt.Job.JobId, before, cancel.Token);
        }

        _checkpoint = checkpoint;
        _checkpointWaits = false;
    }

    private readonly record struct Reported(Metric? Metric, (double Fraction, string Message)? Progress, Kept? Checkpoint);

    private readonly record struct Offered(long Step, Func<byte[]> Content, bool IsEvaluation);

    private sealed record Kept(long Step, byte[] Content, bool IsEvaluation);
}
