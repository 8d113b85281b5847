namespace MLOps.Gateway.Tests.Mlflow;

/// <summary>How much more memory this process, client and server in one, has needed since the watch began.</summary>
internal sealed class MemoryWatch
{
    private readonly long _live = Live();
    private readonly long _working = Environment.WorkingSet;

    /// <summary>The most, at any look, of managed memory that something still held, in bytes.</summary>
    public long MostLive { get; private set; }

    /// <summary>The most, at any look, of memory that the system had given, in bytes.</summary>
    public long MostWorking { get; private set; }

    public void Look()
    {
        MostWorking = Math.Max(MostWorking, Environment.WorkingSet - _working);
        MostLive = Math.Max(MostLive, Live() - _live);
    }

    private static long Live()
    {
        GC.Collect();
        return GC.GetTotalMemory(forceFullCollection: false);
    }
}
