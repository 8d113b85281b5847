namespace MLOps.Gateway.Endpoints;

/// <summary>The memory of what waits for shadows, 128 MiB. What two lanes share counts in both: less than that is then held, never more, and what a lane has room for does not change with when another lets go of a copy.
/// A lane may hold as much as is then still free: a single one half of it, and however many stand still, there is room for another.</summary>
internal sealed class ShadowMemory
{
    private const long MaxBytes = 128L << 20;

    private readonly Lock _lock = new();
    private long _used;

    /// <summary>Bytes that all lanes hold.</summary>
    public long Used
    {
        get
        {
            lock (_lock)
            {
                return _used;
            }
        }
    }

    public bool TryReserve(ShadowLane lane, long bytes)
    {
        lock (_lock)
        {
            if (lane.Bytes + bytes > MaxBytes - _used - bytes)
            {
                return false;
            }

            lane.Bytes += bytes;
            _used += bytes;
            return true;
        }
    }

    /// <param name="bytes">Negative: what turned out to be held beyond what was reserved.</param>
    public void Release(ShadowLane lane, long bytes)
    {
        lock (_lock)
        {
            lane.Bytes -= bytes;
            _used -= bytes;
        }
    }
}
