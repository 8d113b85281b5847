using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MLOps.Connections.Sockets;

/// <summary>Linux' <c>struct epoll_event</c>: four bytes of flags and eight of the caller's, which follow at once on x64 and are aligned elsewhere.</summary>
internal static class SocketEvent
{
    /// <summary>Bytes an event takes at most.</summary>
    public const int MaxSize = 16;

    private static readonly int DataOffset = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 4 : 8;

    public static void Write(Span<byte> at, uint flags, long data)
    {
        Unsafe.WriteUnaligned(ref at[0], flags);
        Unsafe.WriteUnaligned(ref at[DataOffset], data);
    }

    public static uint Flags(ReadOnlySpan<byte> at) => Unsafe.ReadUnaligned<uint>(in at[0]);

    public static long Data(ReadOnlySpan<byte> at) => Unsafe.ReadUnaligned<long>(in at[DataOffset]);
}
