using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MLOps.Tracking.Storage;

/// <summary>SQLite's own file system with another way to write the write-ahead log. SQLite writes each page of a commit by two system calls
/// (a header of 24 bytes, the page) and then waits for the disk; here the pages are gathered and written by one call when SQLite asks for the
/// disk, and the wait is for the data alone (<c>fdatasync</c>), not for the file's times. What is on disk when a commit returns is the same.</summary>
/// <remarks>For the writing session only, and only with <c>synchronous=FULL</c>: other connections look at a page of the log once its commit is
/// published, which is after the sync that writes what was gathered. Linux only; elsewhere sessions use SQLite's file system as it is.
/// The structures are those of sqlite3.h: <see href="https://www.sqlite.org/c3ref/vfs.html"/>, <see href="https://www.sqlite.org/c3ref/io_methods.html"/>.</remarks>
internal static unsafe partial class SqliteWalFile
{
    private const int Ok = 0;
    private const int IoErrorOfSync = 10 | (4 << 8);
    private const int OpensWal = 0x00080000;
    private const int BufferBytes = 1 << 20;

    /// <summary>SQLite's own file system takes less than 128 KiB in one call.</summary>
    private const int WriteBytes = 1 << 16;
    private const int ReadOnlyCloseOnExec = 0x80000;
    private static readonly Vfs* Original = Find();
    private static IoMethods* _methods;

    /// <summary>The name to open the writing session's file with; null where SQLite's own file system has to do.</summary>
    public static string? Name { get; } = Original is null ? null : Register();

    private static Vfs* Find()
    {
        SQLitePCL.Batteries_V2.Init();
        return OperatingSystem.IsLinux() && Environment.Is64BitProcess ? FindVfs(null) : null;
    }

    private static string? Register()
    {
        const string name = "mlops-wal";
        var vfs = (Vfs*)NativeMemory.AllocZeroed((nuint)sizeof(Vfs));
        *vfs = *Original;
        vfs->Version = Math.Min(Original->Version, 3);
        vfs->FileSize = StateOffset + sizeof(State);
        vfs->Next = null;
        vfs->Name = (byte*)Marshal.StringToCoTaskMemUTF8(name);
        vfs->Open = &Open;
        return RegisterVfs(vfs, 0) == Ok ? name : null;
    }

    private static int StateOffset => (Original->FileSize + 15) & ~15;

    private static State* StateOf(OsFile* file) => (State*)((byte*)file + StateOffset);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Open(Vfs* vfs, byte* name, OsFile* file, int flags, int* outFlags)
    {
        var result = Original->Open(Original, name, file, flags, outFlags);
        if (result != Ok || (flags & OpensWal) == 0 || name is null)
        {
            return result;
        }

        var methods = Methods(file->Methods);
        if (methods is not null)
        {
            *StateOf(file) = new State
            {
                Original = file->Methods,
                Descriptor = OpenFile(name, ReadOnlyCloseOnExec),
            };
            file->Methods = methods;
        }

        return Ok;
    }

    /// <summary>SQLite's methods for a log with ours in their place: the same table for every log.</summary>
    private static IoMethods* Methods(IoMethods* original)
    {
        if (_methods is null)
        {
            var methods = (IoMethods*)NativeMemory.AllocZeroed((nuint)sizeof(IoMethods));
            *methods = *original;
            methods->Version = Math.Min(original->Version, 3);
            methods->Close = &Close;
            methods->Read = &Read;
            methods->Write = &Write;
            methods->Truncate = &Truncate;
            methods->Sync = &Sync;
            methods->Size = &Size;
            _methods = methods;
        }

        return _methods;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Close(OsFile* file)
    {
        // What is still gathered was never committed.
        var state = StateOf(file);
        NativeMemory.Free(state->Buffer);
        state->Buffer = null;
        if (state->Descriptor >= 0)
        {
            _ = CloseFile(state->Descriptor);
        }

        return state->Original->Close(file);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Read(OsFile* file, byte* bytes, int count, long offset)
    {
        var state = StateOf(file);
        return Flush(file, state) is var result and not Ok ? result : state->Original->Read(file, bytes, count, offset);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Write(OsFile* file, byte* bytes, int count, long offset)
    {
        var state = StateOf(file);
        if (state->Length > 0 && offset >= state->Start && offset + count <= state->Start + state->Length)
        {
            // A page that changed once more in its transaction.
            Buffer.MemoryCopy(bytes, state->Buffer + (offset - state->Start), count, count);
            return Ok;
        }

        if (state->Length > 0 && (offset != state->Start + state->Length || state->Length + count > BufferBytes)
            && Flush(file, state) is var result and not Ok)
        {
            return result;
        }

        if (count > BufferBytes)
        {
            return state->Original->Write(file, bytes, count, offset);
        }

        if (state->Buffer is null)
        {
            state->Buffer = (byte*)NativeMemory.Alloc(BufferBytes);
        }

        if (state->Length == 0)
        {
            state->Start = offset;
        }

        Buffer.MemoryCopy(bytes, state->Buffer + state->Length, count, count);
        state->Length += count;
        return Ok;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Truncate(OsFile* file, long size)
    {
        var state = StateOf(file);
        return Flush(file, state) is var result and not Ok ? result : state->Original->Truncate(file, size);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Sync(OsFile* file, int flags)
    {
        var state = StateOf(file);
        if (Flush(file, state) is var result and not Ok)
        {
            return result;
        }

        if (state->Descriptor >= 0 && state->HasSynced)
        {
            return SyncData(state->Descriptor) == 0 ? Ok : IoErrorOfSync;
        }

        // The first time SQLite syncs the folder as well: the file may be new.
        result = state->Original->Sync(file, flags);
        state->HasSynced = result == Ok;
        return result;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Size(OsFile* file, long* size)
    {
        var state = StateOf(file);
        return Flush(file, state) is var result and not Ok ? result : state->Original->Size(file, size);
    }

    private static int Flush(OsFile* file, State* state)
    {
        if (state->Length == 0)
        {
            return Ok;
        }

        var length = state->Length;
        state->Length = 0;
        for (var done = 0; done < length; done += WriteBytes)
        {
            var result = state->Original->Write(file, state->Buffer + done, Math.Min(WriteBytes, length - done), state->Start + done);
            if (result != Ok)
            {
                return result;
            }
        }

        return Ok;
    }

    [LibraryImport("e_sqlite3", EntryPoint = "sqlite3_vfs_find")]
    private static partial Vfs* FindVfs(byte* name);

    [LibraryImport("e_sqlite3", EntryPoint = "sqlite3_vfs_register")]
    private static partial int RegisterVfs(Vfs* vfs, int makeDefault);

    [LibraryImport("libc", EntryPoint = "open")]
    private static partial int OpenFile(byte* path, int flags);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int CloseFile(int descriptor);

    [LibraryImport("libc", EntryPoint = "fdatasync")]
    private static partial int SyncData(int descriptor);

#pragma warning disable CS0649 // Filled in by SQLite.
    private struct Vfs
    {
        public int Version;
        public int FileSize;
        public int MaxPath;
        public Vfs* Next;
        public byte* Name;
        public void* Data;
        public delegate* unmanaged[Cdecl]<Vfs*, byte*, OsFile*, int, int*, int> Open;
        public fixed long Others[15];
    }

    private struct OsFile
    {
        public IoMethods* Methods;
    }

    private struct IoMethods
    {
        public int Version;
        public delegate* unmanaged[Cdecl]<OsFile*, int> Close;
        public delegate* unmanaged[Cdecl]<OsFile*, byte*, int, long, int> Read;
        public delegate* unmanaged[Cdecl]<OsFile*, byte*, int, long, int> Write;
        public delegate* unmanaged[Cdecl]<OsFile*, long, int> Truncate;
        public delegate* unmanaged[Cdecl]<OsFile*, int, int> Sync;
        public delegate* unmanaged[Cdecl]<OsFile*, long*, int> Size;
        public fixed long Others[12];
    }
#pragma warning restore CS0649

    /// <summary>Ours, behind SQLite's own part of an open file.</summary>
    private struct State
    {
        public IoMethods* Original;
        public byte* Buffer;
        public long Start;
        public int Length;
        public int Descriptor;
        public bool HasSynced;
    }
}
