using System.Collections.Concurrent;

namespace MLOps.Gateway.Endpoints;

/// <summary>What this gateway saw of one model version behind an endpoint since it started.</summary>
internal sealed class VersionStatistics
{
    // Callers choose their batch sizes: those beyond are in the totals alone.
    private const int MaxBatchSizes = 64;

    private readonly ConcurrentDictionary<long, Count> _batches = new();
    private readonly Count _queue = new();
    private readonly Count _compute = new();
    private readonly Count _failed = new();
    private long _rows;
    private long _last;

    /// <summary>From the request's arrival to its answer.</summary>
    public (long Count, long Nanoseconds) Succeeded => (Compute.Count, Queue.Nanoseconds + Compute.Nanoseconds);

    /// <summary>What answered requests waited: to be let in by the endpoint's limits, and in the model's queue.</summary>
    public (long Count, long Nanoseconds) Queue => _queue.Read();

    /// <summary>What answered requests took beyond that.</summary>
    public (long Count, long Nanoseconds) Compute => _compute.Read();

    public (long Count, long Nanoseconds) Failed => _failed.Read();

    /// <summary>Rows of all successful requests.</summary>
    public long Rows => Interlocked.Read(ref _rows);

    /// <summary>Unix ms of the last request; 0: there was none.</summary>
    public long LastInference => Interlocked.Read(ref _last);

    /// <summary>Counts and compute times by batch size, smallest first.</summary>
    public IEnumerable<(long BatchSize, long Count, long Nanoseconds)> Batches =>
        _batches.OrderBy(batch => batch.Key).Select(batch => (batch.Key, batch.Value.Read().Count, batch.Value.Read().Nanoseconds));

    public void Success(TimeSpan queue, TimeSpan compute, long batchSize, long now)
    {
        _queue.Add(queue);
        _compute.Add(compute);
        Interlocked.Add(ref _rows, batchSize);
        Interlocked.Exchange(ref _last, now);
        if (_batches.TryGetValue(batchSize, out var batch) || (_batches.Count < MaxBatchSizes && (batch = _batches.GetOrAdd(batchSize, static _ => new Count())) is not null))
        {
            batch.Add(compute);
        }
    }

    public void Failure(TimeSpan duration, long now)
    {
        _failed.Add(duration);
        Interlocked.Exchange(ref _last, now);
    }

    private sealed class Count
    {
        private long _count;
        private long _nanoseconds;

        public (long Count, long Nanoseconds) Read() => (Interlocked.Read(ref _count), Interlocked.Read(ref _nanoseconds));

        public void Add(TimeSpan duration)
        {
            Interlocked.Increment(ref _count);
            Interlocked.Add(ref _nanoseconds, duration.Ticks * TimeSpan.NanosecondsPerTick);
        }
    }
}
