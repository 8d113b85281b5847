using SQLitePCL;

namespace MLOps.Tracking.Storage;

/// <summary>The columns of the row at which a statement stands, by index: for the queries that read ten thousand rows. NULL reads as 0.</summary>
internal readonly ref struct SqliteColumns(sqlite3_stmt statement)
{
    public long Long(int index) => raw.sqlite3_column_int64(statement, index);

    public double Double(int index) => raw.sqlite3_column_double(statement, index);

    /// <summary>UTF-8, valid until the statement steps on.</summary>
    public ReadOnlySpan<byte> Text(int index) => raw.sqlite3_column_blob(statement, index);
}

/// <summary>Takes one row.</summary>
internal delegate void TakeColumns(SqliteColumns row);
