using System.Globalization;

namespace MLOps.Connections.Sockets;

/// <summary>Names of connections, the first part of a request's trace identifier: different in every process, in the order of their beginning.</summary>
internal static class ConnectionIds
{
    private static long _last = TimeProvider.System.GetUtcNow().UtcTicks;

    public static string Next() => Interlocked.Increment(ref _last).ToString("X16", CultureInfo.InvariantCulture);
}
