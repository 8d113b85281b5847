using System.Collections.Concurrent;

namespace MLOps.Gateway.Endpoints;

/// <summary>A token bucket for each caller, as the generic cell rate algorithm has it (ITU-T I.371): one number, the time at which the bucket is full again,
/// moved by compare-and-swap.</summary>
internal sealed class CallerRates
{
    /// <summary>Callers remembered; past that, those whose buckets are full are forgotten, which changes nothing for them.</summary>
    private const int MaxCallers = 16_384;

    private readonly ConcurrentDictionary<string, Bucket> _buckets = new(StringComparer.Ordinal);
    private readonly TimeProvider _time;
    private readonly long _interval;
    private readonly long _burst;
    private int _sweeping;

    /// <param name="perSecond">Tokens a second, above 0.</param>
    /// <param name="burst">Size of the bucket; 0: a second's worth, at least one.</param>
    public CallerRates(double perSecond, double burst, TimeProvider time)
    {
        _time = time;
        _interval = Math.Max(1, (long)(time.TimestampFrequency / perSecond));
        _burst = (long)(Math.Max(1, burst > 0 ? burst : perSecond) * _interval);
    }

    /// <returns>Null: taken. Else how long until there is a token.</returns>
    public TimeSpan? TryTake(string caller)
    {
        if (!_buckets.TryGetValue(caller, out var bucket))
        {
            Sweep();
            bucket = _buckets.GetOrAdd(caller, static _ => new Bucket());
        }

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

    private void Sweep()
    {
        if (_buckets.Count < MaxCallers || Interlocked.Exchange(ref _sweeping, 1) == 1)
        {
            return;
        }

        var now = _time.GetTimestamp();
        foreach (var (caller, bucket) in _buckets)
        {
            if (Volatile.Read(ref bucket.FullAt) <= now)
            {
                _buckets.TryRemove(caller, out _);
            }
        }

        Volatile.Write(ref _sweeping, 0);
    }

    private sealed class Bucket
    {
        public long FullAt;
    }
}
