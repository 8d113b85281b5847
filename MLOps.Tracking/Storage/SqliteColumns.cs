using System.Runtime.InteropServices;

namespace MLOps.Tracking.Storage;

/// <summary>The columns of the row at which a statement stands, by index: for the queries that read ten thousand rows. NULL reads as 0.</summary>
/// <remarks>SQLite is called without the safe handle that its .NET layer counts up and down for every value, and without telling the garbage
/// collector: each call copies one number or answers a pointer. The session keeps the statement alive.</remarks>
internal readonly unsafe ref partial struct SqliteColumns(nint statement)
{
    public long Long(int index) => ColumnInt64(statement, index);

    public double Double(int index) => ColumnDouble(statement, index);

    /// <summary>UTF-8, valid until the statement steps on.</summary>
    public ReadOnlySpan<byte> Text(int index)
    {
        var text = ColumnText(statement, index); // Before its length: so sqlite3.h wants it.
        return new(text, ColumnBytes(statement, index));
    }

    [LibraryImport("e_sqlite3", EntryPoint = "sqlite3_column_int64"), SuppressGCTransition]
    private static partial long ColumnInt64(nint statement, int index);

    [LibraryImport("e_sqlite3", EntryPoint = "sqlite3_column_double"), SuppressGCTransition]
    private static partial double ColumnDouble(nint statement, int index);

    [LibraryImport("e_sqlite3", EntryPoint = "sqlite3_column_text"), SuppressGCTransition]
    private static partial byte* ColumnText(nint statement, int index);

    [LibraryImport("e_sqlite3", EntryPoint = "sqlite3_column_bytes"), SuppressGCTransition]
    private static partial int ColumnBytes(nint statement, int index);
}

/// <summary>Takes one row.</summary>
internal delegate void TakeColumns(SqliteColumns row);
