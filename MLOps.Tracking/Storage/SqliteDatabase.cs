using Microsoft.Data.Sqlite;

namespace MLOps.Tracking.Storage;

/// <summary>A SQLite file in WAL mode: readers and the writer never wait for each other.</summary>
internal sealed class SqliteDatabase : SqlDatabase
{
    private const int MaxReaders = 32;
    private readonly string _connectionString;
    private readonly string _writerConnectionString;
    private readonly SqliteCheckpoints _checkpoints;
    private readonly Lazy<SqlSession> _glancing;

    static SqliteDatabase()
    {
        // SQLite counts its memory under a lock that every allocation of every connection takes, and nobody asks for the count. And it takes
        // a lock of the connection with every call, where each of ours is used by one thread at a time anyhow.
        // It says so only before its first use in the process: afterwards it stays as it was, which is slower and no fault.
        SQLitePCL.Batteries_V2.Init();
        _ = SQLitePCL.raw.sqlite3_config(SQLitePCL.raw.SQLITE_CONFIG_MEMSTATUS, 0);
        _ = SQLitePCL.raw.sqlite3_config(SQLitePCL.raw.SQLITE_CONFIG_MULTITHREAD);
    }

    private SqliteDatabase(string path, TimeProvider clock)
        : base(MaxReaders, clock)
    {
        Path = path;
        _connectionString = ConnectionString(path);
        _writerConnectionString = SqliteWalFile.Name is { } files
            ? ConnectionString($"file:{Uri.EscapeDataString(System.IO.Path.GetFullPath(path)).Replace("%2F", "/", StringComparison.Ordinal)}?vfs={files}")
            : _connectionString;
        _checkpoints = new SqliteCheckpoints(() => Connect(_connectionString, "PRAGMA synchronous=FULL;"));
        _glancing = new Lazy<SqlSession>(ConnectReader);
    }

    public string Path { get; }

    public override SqlDialect Dialect => SqlDialect.Sqlite;

    public override string Name => Path;

    /// <inheritdoc cref="SqlDatabase.Open"/>
    public static new SqliteDatabase Open(string path, string artifactRoot, TimeProvider clock)
    {
        SqliteSchema.Prepare(path, artifactRoot, clock);
        var database = new SqliteDatabase(path, clock);
        database.Start();
        database.Foreign.GlanceAt(() => (long)database._glancing.Value.Scalar(SqlDialect.Sqlite.ChangeCounter)!);
        return database;
    }

    protected override SqlSession ConnectReader() => new(
        Connect(_connectionString, "PRAGMA busy_timeout=30000; PRAGMA query_only=ON; PRAGMA case_sensitive_like=ON; PRAGMA mmap_size=2147418112; PRAGMA cache_size=-16384;"),
        SqlDialect.Sqlite);

    // The log is synced with every commit: SqliteWalFile relies on it.
    protected override SqlSession ConnectWriter() => new SqliteWriteSession(
        Connect(_writerConnectionString, "PRAGMA busy_timeout=30000; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA temp_store=MEMORY; PRAGMA cache_size=-65536;"),
        _checkpoints);

    protected override ValueTask CloseAsync()
    {
        Foreign.GlanceAt(null);
        if (_glancing.IsValueCreated)
        {
            _glancing.Value.Dispose();
        }

        _checkpoints.Dispose();
        return ValueTask.CompletedTask;
    }

    private static string ConnectionString(string source) =>
        new SqliteConnectionStringBuilder { DataSource = source, Pooling = false, DefaultTimeout = 30 }.ToString();

    private static SqliteConnection Connect(string connectionString, string pragmas)
    {
        var connection = new SqliteConnection(connectionString);
        connection.Open();
        SqliteFunctions.Register(connection);
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants.
        command.CommandText = pragmas;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
        return connection;
    }
}
