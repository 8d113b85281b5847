using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace MLOps.Connections.Sockets;

/// <summary>Linux' calls on sockets, none of which waits but <see cref="WaitEvents"/>. Flags and numbers are those of x64 and arm64.</summary>
internal static unsafe partial class SystemCalls
{
    public const int Interrupted = 4;
    public const int WouldBlock = 11;

    public const int EventsAdd = 1;
    public const int EventsChange = 3;
    public const uint EventIn = 0x1;
    public const uint EventOut = 0x4;
    public const uint EventPeerClosed = 0x2000;
    public const uint EventOnce = 1u << 30;
    public const uint EventEdge = 1u << 31;

    private const int PeekOnly = 0x2;
    private const int DontWait = 0x40;
    private const int NoSignal = 0x4000;
    private const int More = 0x8000;
    private const int CloseOnExec = 0x80000;

    /// <returns>Bytes, 0 at the end, or less than 0: see <see cref="Marshal.GetLastPInvokeError"/>.</returns>
    public static int Receive(SafeSocketHandle socket, Span<byte> into)
    {
        fixed (byte* at = into)
        {
            return (int)Receive(socket, at, (nuint)into.Length, DontWait);
        }
    }

    /// <summary>Whether there is something, without taking it.</summary>
    /// <returns>1, 0 at the end, or less than 0: see <see cref="Marshal.GetLastPInvokeError"/>.</returns>
    public static int Peek(SafeSocketHandle socket)
    {
        byte one;
        return (int)Receive(socket, &one, 1, DontWait | PeekOnly);
    }

    /// <summary>Ends the connection so that the other side hears a reset at once. The descriptor stays; who receives or sends hears an error.</summary>
    /// <returns>Whether it was connected.</returns>
    public static bool Reset(SafeSocketHandle socket)
    {
        // connect(2): an address of the family AF_UNSPEC, which is 0, takes the connection away.
        const int AddressSize = 16;
        var nowhere = stackalloc byte[AddressSize];
        new Span<byte>(nowhere, AddressSize).Clear();
        return Connect(socket, nowhere, AddressSize) == 0;
    }

    /// <param name="isMore">Whether the caller goes on at once: then these need not leave alone.</param>
    /// <returns>Bytes taken, or less than 0: see <see cref="Marshal.GetLastPInvokeError"/>.</returns>
    public static int Send(SafeSocketHandle socket, ReadOnlySpan<byte> bytes, bool isMore)
    {
        fixed (byte* at = bytes)
        {
            return (int)Send(socket, at, (nuint)bytes.Length, DontWait | NoSignal | (isMore ? More : 0));
        }
    }

    /// <exception cref="IOException">The system refuses one more descriptor.</exception>
    public static SafeFileHandle CreateEvents() => Valid(CreateEvents(CloseOnExec));

    /// <summary>Something to watch that becomes readable when it is raised, and stays so.</summary>
    /// <exception cref="IOException">The system refuses one more descriptor.</exception>
    public static SafeFileHandle CreateSignal() => Valid(CreateSignal(0, CloseOnExec));

    public static void Raise(SafeFileHandle signal)
    {
        var one = 1UL;
        if (Write(signal, (byte*)&one, sizeof(ulong)) != sizeof(ulong))
        {
            throw Failed();
        }
    }

    /// <param name="operation"><see cref="EventsAdd"/> or <see cref="EventsChange"/>.</param>
    /// <param name="data">What comes with each event.</param>
    /// <exception cref="IOException">The system refuses.</exception>
    public static void Watch(SafeFileHandle events, int operation, SafeHandle descriptor, uint flags, long data)
    {
        var change = stackalloc byte[SocketEvent.MaxSize];
        SocketEvent.Write(new Span<byte>(change, SocketEvent.MaxSize), flags, data);
        if (ChangeEvents(events, operation, descriptor, change) != 0)
        {
            throw Failed();
        }
    }

    [LibraryImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int WaitEvents(SafeFileHandle events, byte* found, int most, int milliseconds);

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint Receive(SafeSocketHandle socket, byte* buffer, nuint length, int flags);

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint Send(SafeSocketHandle socket, byte* buffer, nuint length, int flags);

    [LibraryImport("libc", EntryPoint = "connect", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Connect(SafeSocketHandle socket, byte* address, uint length);

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial SafeFileHandle CreateEvents(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int ChangeEvents(SafeFileHandle events, int operation, SafeHandle descriptor, byte* change);

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial SafeFileHandle CreateSignal(uint value, int flags);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint Write(SafeFileHandle descriptor, byte* buffer, nuint length);

    private static SafeFileHandle Valid(SafeFileHandle made) => made.IsInvalid ? throw Failed() : made;

    private static IOException Failed() => new($"The system does not let this process wait for connections: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");
}
