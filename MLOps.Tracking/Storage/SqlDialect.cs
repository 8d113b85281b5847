using System.Data.Common;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using MLOps.Contracts.Problems;
using Npgsql;

namespace MLOps.Tracking.Storage;

/// <summary>Where the two databases differ. Statements are written once, in what both understand.</summary>
internal abstract class SqlDialect
{
    public static readonly SqlDialect Sqlite = new SqliteDialect();

    public static readonly SqlDialect Postgres = new PostgresDialect();

    /// <summary>Starts a transaction that writes; null: the driver does it.</summary>
    public abstract string? Begin { get; }

    /// <summary>A number that changes when another program has written: asked for on the writing session, between its transactions.</summary>
    public abstract string ChangeCounter { get; }

    /// <summary>Whether <see cref="ChangeCounter"/> goes up by one for each of our own transactions too.</summary>
    public abstract bool CountsOwnTransactions { get; }

    /// <summary>Locks the rows of a SELECT until the transaction ends. Empty where one writer has the whole database anyway.</summary>
    public abstract string ForUpdate { get; }

    /// <summary>Whether arrays can be bound and unnested: many rows in one statement.</summary>
    public abstract bool HasArrays { get; }

    /// <summary>Where a row lies: of rows made at one time, the first made comes first.</summary>
    public abstract string RowPlace { get; }

    /// <summary>Whether there is an index of the name <c>$0</c>: its name or NULL.</summary>
    public abstract string FindIndex { get; }

    /// <summary><c>column IN (…)</c> with all values in one argument, made by <see cref="Set(IReadOnlyList{long})"/>.</summary>
    public abstract string IsIn(string column, string placeholder);

    /// <summary>The argument of <see cref="IsIn"/>.</summary>
    public abstract object Set(IReadOnlyList<long> values);

    /// <inheritdoc cref="Set(IReadOnlyList{long})"/>
    public abstract object Set(IReadOnlyList<string> values);

    /// <summary>What <see cref="Set(IReadOnlyList{long})"/> made, as a table of one column.</summary>
    public abstract string Rows(string placeholder);

    /// <summary>A text bound for a column of type JSON.</summary>
    public abstract string Json(string placeholder);

    /// <summary>The text under a key of a JSON object; NULL when it is not there.</summary>
    /// <param name="column">A column of type JSON.</param>
    /// <param name="key">A constant of ours, without quotes.</param>
    public abstract string JsonText(string column, string key);

    /// <summary>A group's rows in one value, read by <see cref="Storage.Rows.FromJson{T}"/>; without any, an empty array or NULL.</summary>
    /// <param name="columns">Text or integers.</param>
    public abstract string JsonRows(string columns);

    /// <summary>Whether a column holds a text, case and all.</summary>
    public abstract string Contains(string column, string placeholder);

    /// <summary>Whether a regular expression is found in a column.</summary>
    public abstract string Matches(string column, string placeholder);

    /// <summary>A percentile of a group, interpolated linearly.</summary>
    /// <param name="column">What is aggregated.</param>
    /// <param name="percent">From 0 to 100.</param>
    public abstract string Percentile(string column, double percent);

    /// <summary>The statement with its placeholders <c>$0</c>, <c>$1</c>, … in the driver's form.</summary>
    public abstract string Text(string sql);

    public abstract DbParameter Parameter(int index);

    /// <summary>Somebody else's write came between: the same work, done again, sees it.</summary>
    public abstract bool IsRace(DbException exception);

    /// <summary>Whether it waited for somebody who waited for it.</summary>
    public virtual bool IsDeadlock(DbException exception) => false;

    /// <summary>What the caller is told of a statement that the database refused.</summary>
    public abstract MLOpsException Explain(DbException exception);

    private sealed class SqliteDialect : SqlDialect
    {
        public override string Begin => "BEGIN IMMEDIATE";

        public override string ChangeCounter => "PRAGMA data_version";

        public override bool CountsOwnTransactions => false;

        public override string ForUpdate => string.Empty;

        public override bool HasArrays => false;

        public override string RowPlace => "rowid";

        public override string FindIndex => "SELECT name FROM sqlite_master WHERE type = 'index' AND name = $0";

        public override string IsIn(string column, string placeholder) => $"{column} IN (SELECT value FROM json_each({placeholder}))";

        public override object Set(IReadOnlyList<long> values) => $"[{string.Join(',', values)}]";

        public override object Set(IReadOnlyList<string> values) => JsonSerializer.Serialize(values);

        public override string Rows(string placeholder) => $"(SELECT value FROM json_each({placeholder}))";

        public override string Json(string placeholder) => placeholder;

        public override string JsonText(string column, string key) => $"json_extract({column}, '$.\"{key}\"')";

        public override string JsonRows(string columns) => $"json_group_array(json_array({columns}))";

        public override string Contains(string column, string placeholder) => $"INSTR({column}, {placeholder}) > 0";

        public override string Matches(string column, string placeholder) => $"{column} REGEXP {placeholder}";

        public override string Percentile(string column, double percent) => string.Create(CultureInfo.InvariantCulture, $"percentile({column}, {percent})");

        public override string Text(string sql) => sql;

        public override DbParameter Parameter(int index) => new SqliteParameter { ParameterName = "$" + index.ToString(CultureInfo.InvariantCulture) };

        // One writer: what it has read inside its transaction stays true.
        public override bool IsRace(DbException exception) => false;

        public override MLOpsException Explain(DbException exception) => exception is SqliteException { SqliteErrorCode: 1 or 18 or 19 or 20 or 25 }
            ? new MLOpsException(ProblemCode.Rejected, $"The database refused it: {exception.Message}", exception)
            : new MLOpsException(ProblemCode.Unavailable, $"The database did not answer ({exception.Message}): try again.", exception);
    }

    private sealed class PostgresDialect : SqlDialect
    {
        public override string? Begin => null;

        // The next transaction id of the whole server: writes of other databases count as well, which costs a read, not a mistake.
        public override string ChangeCounter => "SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint";

        public override bool CountsOwnTransactions => true;

        public override string ForUpdate => " FOR UPDATE";

        public override bool HasArrays => true;

        public override string RowPlace => "ctid";

        public override string FindIndex => "SELECT to_regclass($0)::text";

        public override string IsIn(string column, string placeholder) => $"{column} = ANY({placeholder})";

        public override object Set(IReadOnlyList<long> values) => values.ToArray();

        public override object Set(IReadOnlyList<string> values) => values.ToArray();

        public override string Rows(string placeholder) => $"(SELECT unnest({placeholder}) AS value)";

        public override string Json(string placeholder) => $"CAST({placeholder} AS json)";

        public override string JsonText(string column, string key) => $"{column} ->> '{key}'";

        public override string JsonRows(string columns) => $"json_agg(json_build_array({columns}))::text";

        public override string Contains(string column, string placeholder) => $"STRPOS({column}, {placeholder}) > 0";

        public override string Matches(string column, string placeholder) => $"{column} ~ {placeholder}";

        public override string Percentile(string column, double percent) =>
            string.Create(CultureInfo.InvariantCulture, $"percentile_cont({percent / 100}) WITHIN GROUP (ORDER BY {column})");

        /// <summary>PostgreSQL counts from 1. Our statements hold no other <c>$digit</c>: texts are bound, never spelled out.</summary>
        public override string Text(string sql)
        {
            var text = new StringBuilder(sql.Length + 8);
            for (var i = 0; i < sql.Length; i++)
            {
                if (sql[i] != '$' || i + 1 == sql.Length || !char.IsAsciiDigit(sql[i + 1]))
                {
                    text.Append(sql[i]);
                    continue;
                }

                var number = 0;
                while (i + 1 < sql.Length && char.IsAsciiDigit(sql[i + 1]))
                {
                    number = (number * 10) + sql[++i] - '0';
                }

                text.Append('$').Append(number + 1);
            }

            return text.ToString();
        }

        public override DbParameter Parameter(int index) => new NpgsqlParameter();

        public override bool IsRace(DbException exception) => exception.SqlState is
            PostgresErrorCodes.UniqueViolation or PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected;

        public override bool IsDeadlock(DbException exception) => exception.SqlState is PostgresErrorCodes.DeadlockDetected;

        public override MLOpsException Explain(DbException exception) => exception is PostgresException refused && !refused.IsTransient
            ? new MLOpsException(ProblemCode.Rejected, $"The database refused it: {refused.MessageText}", exception)
            : new MLOpsException(ProblemCode.Unavailable, $"The database did not answer ({exception.Message}): try again.", exception);
    }
}
