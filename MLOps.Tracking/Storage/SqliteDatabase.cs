using Microsoft.Data.Sqlite;

namespace MLOps.Tracking.Storage;

/// <summary>A SQLite file in WAL mode: readers and the writer never wait for each other.</summary>
internal sealed class SqliteDatabase : SqlDatabase
{
    private const int MaxReaders = 32;
    private readonly string _connectionString;
    private readonly Lazy<SqlSession> _glancing;

    private SqliteDatabase(string path, TimeProvider clock)
        : base(MaxReaders, clock)
    {
        Path = path;
        _connectionString = new SqliteConnectionStringBuilder { DataSource = path, Pooling = false, DefaultTimeout = 30 }.ToString();
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

    protected override SqlSession ConnectReader() => Connect(
        "PRAGMA busy_timeout=30000; PRAGMA query_only=ON; PRAGMA case_sensitive_like=ON; PRAGMA mmap_size=268435456; PRAGMA cache_size=-16384;");

    protected override SqlSession ConnectWriter() => Connect(
        "PRAGMA busy_timeout=30000; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA cache_size=-65536;");

    protected override ValueTask CloseAsync()
    {
        Foreign.GlanceAt(null);
        if (_glancing.IsValueCreated)
        {
            _glancing.Value.Dispose();
        }

        return base.CloseAsync();
    }

    private SqlSession Connect(string pragmas)
    {
        var connection = new SqliteConnection(_connectionString);
        connection.Open();
        SqliteFunctions.Register(connection);
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants.
        command.CommandText = pragmas;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
        return new SqlSession(connection, SqlDialect.Sqlite);
    }
}
