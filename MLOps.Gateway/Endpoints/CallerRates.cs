using System.Collections.Concurrent;

namespace MLOps.Gateway.Endpoints;

/// <summary>A token bucket for each caller, as the generic cell rate algorithm has it (ITU-T I.371): one number, the time at which the bucket is full again,
/// moved by compare-and-swap.</summary>
internal sealed class CallerRates
{
    /// <summary>After so many new callers, those are forgotten who have not asked since the same number before them: at most twice as many are remembered.
    /// Who is forgotten with an empty bucket begins with a full one. To look for the full ones instead would cost each new caller the more, the more there are.</summary>
    internal const int Generation = 32_768;

    private Callers _callers = new(new(StringComparer.Ordinal));
    private readonly TimeProvider _time;
    private readonly long _interval;
    private readonly long _burst;

    /// <param name="perSecond">Tokens a second, above 0.</param>
    /// <param name="burst">Size of the bucket; 0: a second's worth, at least one.</param>
    public CallerRates(double perSecond, double burst, TimeProvider time)
    {
        _time = time;
        _interval = Math.Max(1, (long)(time.TimestampFrequency / perSecond));
        _burst = (long)(Math.Max(1, burst > 0 ? burst : perSecond) * _interval);
    }

    /// <summary>How many callers are remembered.</summary>
    public int Count => Volatile.Read(ref _callers).Count;

    /// <returns>Null: taken. Else how long until there is a token.</returns>
    public TimeSpan? TryTake(string caller)
    {
        var bucket = Of(caller);
        var now = _time.GetTimestamp();
        while (true)
        {
            var full = Volatile.Read(ref bucket.FullAt);
            var next = Math.Max(full, now) + _interval;
            if (next - now > _burst)
            {
                return TimeSpan.FromSeconds((double)(next - now - _burst) / _time.TimestampFrequency);
            }

            if (Interlocked.CompareExchange(ref bucket.FullAt, next, full) == full)
            {
                return null;
            }
        }
    }

    private Bucket Of(string caller)
    {
        var callers = Volatile.Read(ref _callers);
        if (callers.Young.TryGetValue(caller, out var bucket))
        {
            return bucket;
        }

        bucket = callers.Young.GetOrAdd(caller, callers.Old.TryGetValue(caller, out var known) ? known : new Bucket());
        if (Interlocked.Increment(ref callers.Added) == Generation)
        {
            Volatile.Write(ref _callers, new Callers(callers.Young));
        }

        return bucket;
    }

    /// <param name="old">The generation before.</param>
    private sealed class Callers(ConcurrentDictionary<string, Bucket> old)
    {
        public int Added;

        public ConcurrentDictionary<string, Bucket> Old { get; } = old;

        public ConcurrentDictionary<string, Bucket> Young { get; } = new(StringComparer.Ordinal);

        /// <summary>Who is in both is counted twice.</summary>
        public int Count => Young.Count + Old.Count;
    }

    private sealed class Bucket
    {
        public long FullAt;
    }
}
