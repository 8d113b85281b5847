using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace MLOps.Tracking.Storage;

/// <summary>The session that writes to SQLite. It leaves moving pages from the log into the database to somebody beside it,
/// so that no commit waits for that, until the log has become long.</summary>
internal sealed unsafe partial class SqliteWriteSession : SqlSession
{
    /// <summary>Every 8 MiB the pages are moved beside the commits: not more often, each time syncs the database.</summary>
    private const int MoveBeside = 2048;

    /// <summary>Beside steady commits the log never ends and so never starts over: at 64 MiB a commit moves the last pages itself.</summary>
    private const int MoveHere = 16 * 1024;

    private readonly SqliteConnection _connection;
    private readonly SqliteCheckpoints _checkpoints;
    private readonly int* _frames;
    private int _requestedAt;

    public SqliteWriteSession(SqliteConnection connection, SqliteCheckpoints checkpoints)
        : base(connection, SqlDialect.Sqlite)
    {
        _connection = connection;
        _checkpoints = checkpoints;
        _frames = (int*)NativeMemory.AllocZeroed(sizeof(int));

        // In place of SQLite's own hook, which checkpoints inside the commit.
        SetWalHook(connection.Handle!.DangerousGetHandle(), &OnCommitted, _frames);
    }

    public override void Commit()
    {
        base.Commit();
        if (*_frames < _requestedAt)
        {
            // The log has started over.
            _requestedAt = 0;
        }

        if (*_frames >= MoveHere)
        {
            // What does not work now (a reader is in the way) is tried again after the next commit.
            _ = raw.sqlite3_wal_checkpoint_v2(_connection.Handle, "main", raw.SQLITE_CHECKPOINT_PASSIVE, out _, out _);
        }
        else if (*_frames - _requestedAt >= MoveBeside)
        {
            _requestedAt = *_frames;
            _checkpoints.Request();
        }
    }

    public override void Dispose()
    {
        base.Dispose();
        NativeMemory.Free(_frames);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnCommitted(int* frames, void* database, byte* name, int count)
    {
        *frames = count;
        return raw.SQLITE_OK;
    }

    [LibraryImport("e_sqlite3", EntryPoint = "sqlite3_wal_hook")]
    private static partial void* SetWalHook(nint database, delegate* unmanaged[Cdecl]<int*, void*, byte*, int, int> hook, int* frames);
}
