using System.Net;
using System.Net.Sockets;

namespace MLOps.Testing;

/// <summary>Ports for servers that want to know theirs before they start. They lie below those that the system gives to outgoing connections,
/// and stay reserved among test programs until this one ends: a port that is merely free is often taken by the time the server is there.</summary>
public static class FreePort
{
    private const int First = 15_000;
    private const int End = 31_000;
    private const int Tries = 1_000;
    private static readonly Lock Gate = new();
    private static readonly List<FileStream> Reserved = [];

    /// <returns>A port on which nothing listens on the loopback addresses, given to nobody else.</returns>
    public static int Next()
    {
        for (var i = 0; i < Tries; i++)
        {
            var port = Random.Shared.Next(First, End);
            if (TryReserve(port) && IsFree(port))
            {
                return port;
            }
        }

        throw new InvalidOperationException($"no free port from {First} to {End} in {Tries} tries");
    }

    public static string Url() => $"http://127.0.0.1:{Next()}";

    private static bool TryReserve(int port)
    {
        try
        {
            var file = new FileStream(
                Path.Combine(Path.GetTempPath(), $"mlops-test-port-{port}"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
            lock (Gate)
            {
                Reserved.Add(file);
            }

            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Another test program has it.
            return false;
        }
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
