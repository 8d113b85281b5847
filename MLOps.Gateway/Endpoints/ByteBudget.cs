namespace MLOps.Gateway.Endpoints;

/// <summary>Bytes that a queue may hold, so that large tensors fill it as many small ones do.</summary>
internal sealed class ByteBudget(long maximum)
{
    private long _held;

    /// <returns>False: there is no room.</returns>
    public bool TryReserve(long bytes)
    {
        if (Interlocked.Add(ref _held, bytes) <= maximum)
        {
            return true;
        }

        Release(bytes);
        return false;
    }

    public void Release(long bytes) => Interlocked.Add(ref _held, -bytes);
}
