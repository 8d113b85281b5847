using Microsoft.Data.Sqlite;
using MLOps.Tracking.Storage;

namespace MLOps.Tracking.Tests.Search;

/// <summary>A SQLite file that is read through sessions which are counted, and refused beyond a number, as PostgreSQL refuses one client too many.</summary>
internal sealed class CountedSessions(string path, int most = int.MaxValue) : SqlDatabase(maxReaders: 8, TimeProvider.System)
{
    private int _asked;

    public int Asked => Volatile.Read(ref _asked);

    public int Opened => Math.Min(Asked, most);

    public override SqlDialect Dialect => SqlDialect.Sqlite;

    public override string Name => path;

    protected override SqlSession ConnectReader()
    {
        if (Interlocked.Increment(ref _asked) > most)
        {
            throw new SqliteException("too many clients", SQLitePCL.raw.SQLITE_BUSY);
        }

        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        connection.Open();
        SqliteFunctions.Register(connection);
        return new SqlSession(connection, SqlDialect.Sqlite);
    }

    protected override SqlSession ConnectWriter() => throw new NotSupportedException("It is read alone.");
}
