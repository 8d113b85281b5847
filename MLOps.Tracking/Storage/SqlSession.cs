using System.Data;
using System.Data.Common;
using System.Globalization;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace MLOps.Tracking.Storage;

/// <summary>One connection with its prepared statements, used by one thread at a time.
/// Arguments are bound as <c>$0</c>, <c>$1</c>, …: text never becomes SQL.</summary>
internal class SqlSession(DbConnection connection, SqlDialect dialect) : IDisposable
{
    private const int MaxCachedCommands = 256;
    private readonly Dictionary<string, DbCommand> _commands = [];
    private readonly Dictionary<(RowsStatement, int), sqlite3_stmt> _statements = [];
    private readonly Dictionary<string, sqlite3_stmt> _queries = [];
    private readonly Dictionary<string, string> _texts = [];
    private DbTransaction? _transaction;

    public SqlDialect Dialect => dialect;

    /// <summary>False when the connection is lost: nothing can be undone on it any more, and the server has undone it.</summary>
    public bool IsOpen => connection.State == ConnectionState.Open;

    /// <summary>Starts a transaction that writes. PostgreSQL is told with the first statement, not by a message of its own.</summary>
    public void Begin()
    {
        if (dialect.Begin is { } statement)
        {
            Execute(statement);
        }
        else
        {
            _transaction = connection.BeginTransaction();
        }
    }

    public virtual void Commit()
    {
        if (_transaction is { } transaction)
        {
            _transaction = null;
            transaction.Commit();
            transaction.Dispose();
        }
        else
        {
            Execute("COMMIT");
        }
    }

    public void Rollback()
    {
        if (_transaction is { } transaction)
        {
            _transaction = null;
            transaction.Rollback();
            transaction.Dispose();
        }
        else
        {
            Execute("ROLLBACK");
        }
    }

    /// <summary>Rows that <see cref="Execute"/> has changed so far.</summary>
    public long Changes { get; private set; }

    /// <returns>The number of rows changed.</returns>
    public int Execute(string sql, params ReadOnlySpan<object?> arguments)
    {
        var rows = Prepare(sql, arguments).ExecuteNonQuery();
        Count(rows);
        return rows;
    }

    /// <summary>A transaction that is one message; null where there is no network between.</summary>
    public SqlBatch? NewBatch() => connection.CanCreateBatch ? new SqlBatch(this, connection.CreateBatch()) : null;

    /// <summary>A constant statement in the driver's form.</summary>
    internal string Text(string sql) => _texts.TryGetValue(sql, out var text) ? text : _texts[sql] = dialect.Text(sql);

    internal void Count(int rows) => Changes += Math.Max(0, rows);

    /// <returns>The first column of the first row; every integer as <c>long</c>; null for none and for NULL.</returns>
    public object? Scalar(string sql, params ReadOnlySpan<object?> arguments) => Prepare(sql, arguments).ExecuteScalar() switch
    {
        null or DBNull => null,
        int number => (long)number,
        short number => (long)number,
        var value => value,
    };

    public List<T> Query<T>(string sql, Func<DbDataReader, T> map, params ReadOnlySpan<object?> arguments)
    {
        using var reader = Prepare(sql, arguments).ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
        {
            rows.Add(map(reader));
        }

        return rows;
    }

    /// <summary>Writes rows to SQLite, as many as there can be in a statement. The driver's command costs several times what SQLite itself does,
    /// and a statement of many rows keeps its place in the indexes from row to row.</summary>
    /// <param name="insert">The statement.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="bind">Binds all columns of a row.</param>
    /// <returns>The number of rows changed.</returns>
    public int ExecuteRows<T>(RowsStatement insert, List<T> rows, BindRow<T> bind)
    {
        var handle = ((SqliteConnection)connection).Handle!;
        var changed = 0;
        for (var done = 0; done < rows.Count;)
        {
            var count = RowsStatement.RowsAtOnce(rows.Count - done);
            if (!_statements.TryGetValue((insert, count), out var statement))
            {
                SqliteException.ThrowExceptionForRC(raw.sqlite3_prepare_v2(handle, insert.Text(count), out statement), handle);
                _statements[(insert, count)] = statement;
            }

            for (var i = 0; i < count; i++)
            {
                bind(new SqliteRow(statement, i * insert.Columns), rows[done + i]);
            }

            var result = raw.sqlite3_step(statement);
            raw.sqlite3_reset(statement);
            if (result != raw.SQLITE_DONE)
            {
                SqliteException.ThrowExceptionForRC(result, handle);
            }

            changed += raw.sqlite3_changes(handle);
            done += count;
        }

        Changes += changed;
        return changed;
    }

    /// <summary>Reads many small rows from SQLite. The driver's reader asks three things of SQLite for every value, and this one.</summary>
    /// <param name="sql">A constant: its statement is kept.</param>
    /// <param name="row">Takes a row.</param>
    /// <param name="arguments">Text and <c>long</c>.</param>
    public void ForEachColumns(string sql, TakeColumns row, params ReadOnlySpan<object> arguments)
    {
        var handle = ((SqliteConnection)connection).Handle!;
        if (!_queries.TryGetValue(sql, out var statement))
        {
            SqliteException.ThrowExceptionForRC(raw.sqlite3_prepare_v2(handle, sql, out statement), handle);
            _queries[sql] = statement;
        }

        try
        {
            for (var i = 0; i < arguments.Length; i++)
            {
                var index = raw.sqlite3_bind_parameter_index(statement, string.Create(CultureInfo.InvariantCulture, $"${i}"));
                SqliteException.ThrowExceptionForRC(
                    arguments[i] is long number ? raw.sqlite3_bind_int64(statement, index, number) : raw.sqlite3_bind_text(statement, index, (string)arguments[i]),
                    handle);
            }

            int result;
            var columns = statement.DangerousGetHandle(); // Kept alive by _queries.
            while ((result = raw.sqlite3_step(statement)) == raw.SQLITE_ROW)
            {
                row(new SqliteColumns(columns));
            }

            if (result != raw.SQLITE_DONE)
            {
                SqliteException.ThrowExceptionForRC(result, handle);
            }
        }
        finally
        {
            // A statement that is not reset holds its view of the database.
            raw.sqlite3_reset(statement);
        }
    }

    public void ForEach(string sql, Action<DbDataReader> row, params ReadOnlySpan<object?> arguments)
    {
        using var reader = Prepare(sql, arguments).ExecuteReader();
        while (reader.Read())
        {
            row(reader);
        }
    }

    public T? First<T>(string sql, Func<DbDataReader, T> map, params ReadOnlySpan<object?> arguments)
        where T : class
    {
        using var reader = Prepare(sql, arguments).ExecuteReader();
        return reader.Read() ? map(reader) : null;
    }

    public virtual void Dispose()
    {
        foreach (var command in _commands.Values)
        {
            command.Dispose();
        }

        foreach (var statement in _statements.Values.Concat(_queries.Values))
        {
            statement.Dispose();
        }

        connection.Dispose();
    }

    private DbCommand Prepare(string sql, ReadOnlySpan<object?> arguments)
    {
        if (!_commands.TryGetValue(sql, out var command))
        {
            if (_commands.Count == MaxCachedCommands)
            {
                // Search filters make ever new statements: start over rather than grow without end.
                foreach (var old in _commands.Values)
                {
                    old.Dispose();
                }

                _commands.Clear();
            }

            command = connection.CreateCommand();
#pragma warning disable CA2100 // Statements are constants or come from the search translator, which binds every value.
            command.CommandText = dialect.Text(sql);
#pragma warning restore CA2100
            for (var i = 0; i < arguments.Length; i++)
            {
                command.Parameters.Add(dialect.Parameter(i));
            }

            _commands[sql] = command;
        }

        for (var i = 0; i < arguments.Length; i++)
        {
            command.Parameters[i].Value = arguments[i] ?? DBNull.Value;
        }

        return command;
    }
}
