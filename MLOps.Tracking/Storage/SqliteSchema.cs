using Microsoft.Data.Sqlite;

namespace MLOps.Tracking.Storage;

/// <summary>The database's schema: MLflow's own at one alembic revision, and our tables beside it with the prefix <c>mlops_</c>.</summary>
internal static class SqliteSchema
{
    /// <summary>Looks before it touches: a file that is not ours, or of another revision, stays byte for byte as it was.</summary>
    public static void Prepare(string path, string artifactRoot, TimeProvider clock)
    {
        try
        {
            var isNew = !File.Exists(path) || new FileInfo(path).Length == 0;
            if (!isNew)
            {
                Check(path);
            }

            using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
            connection.Open();
            Execute(connection, "PRAGMA busy_timeout=30000; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;");
            using var transaction = connection.BeginTransaction();
            if (Tables(connection).Count == 0)
            {
                Execute(connection, SchemaScripts.Read("mlflow-schema.sql"));
                Execute(connection, SchemaScripts.Read("mlops-indexes.sql"));
                Execute(connection, "INSERT INTO alembic_version (version_num) VALUES ($0)", SchemaScripts.MlflowRevision);
                Execute(connection, "INSERT INTO workspaces (name, description) VALUES ('default', NULL)");
                Execute(
                    connection,
                    "INSERT INTO experiments (experiment_id, name, artifact_location, lifecycle_stage, creation_time, last_update_time, workspace) VALUES (0, 'Default', $0, 'active', $1, $1, 'default')",
                    ArtifactUri.Append(artifactRoot, "0"),
                    clock.GetUtcNow().ToUnixTimeMilliseconds());
            }

            Execute(connection, SchemaScripts.Read("mlflow-traces.sql"));
            Execute(connection, SchemaScripts.Read("mlflow-genai.sql"));
            Execute(connection, SchemaScripts.Read("mlops-schema.sql"));
            transaction.Commit();
        }
        catch (SqliteException exception)
        {
            throw Explain(path, exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StoreOpenException($"the database {path} cannot be opened ({exception.Message}): make it readable and writable, or choose another directory with --data DIR", exception);
        }
    }

    private static void Check(string path)
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
        connection.Open();
        var tables = Tables(connection);
        if (tables.Count == 0)
        {
            return;
        }

        if (!tables.Contains("alembic_version"))
        {
            throw new StoreOpenException($"the database {path} is not an MLflow database (it has tables, but no alembic_version): choose another directory with --data DIR");
        }

        using var command = connection.CreateCommand();
        command.CommandText = "SELECT version_num FROM alembic_version";
        var revision = command.ExecuteScalar() as string ?? "none";
        if (revision != SchemaScripts.MlflowRevision)
        {
            throw new StoreOpenException(
                $"the database {path} has MLflow's schema revision {revision}, this platform needs {SchemaScripts.MlflowRevision} (MLflow 3.11): run `mlflow db upgrade sqlite:///{path}` with MLflow 3.11, or choose another directory with --data DIR; nothing was changed");
        }

        command.CommandText = "PRAGMA quick_check(1)";
        if (command.ExecuteScalar() as string is var verdict && verdict != "ok")
        {
            throw new StoreOpenException($"the database {path} is corrupt ({verdict}): restore it from a backup, or choose another directory with --data DIR; nothing was changed");
        }
    }

    private static StoreOpenException Explain(string path, SqliteException exception) => exception.SqliteErrorCode switch
    {
        11 or 26 => new StoreOpenException($"the database {path} is corrupt or not a SQLite database: restore it from a backup, or choose another directory with --data DIR; nothing was changed", exception),
        8 or 14 or 23 => new StoreOpenException($"the database {path} cannot be written ({exception.Message}): make the directory writable, or choose another with --data DIR", exception),
        5 or 6 => new StoreOpenException($"the database {path} is locked by another program: close that one, or choose another directory with --data DIR", exception),
        _ => new StoreOpenException($"the database {path} cannot be opened ({exception.Message})", exception),
    };

    private static HashSet<string> Tables(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'";
        using var reader = command.ExecuteReader();
        var names = new HashSet<string>(StringComparer.Ordinal);
        while (reader.Read())
        {
            names.Add(reader.GetString(0));
        }

        return names;
    }

    private static void Execute(SqliteConnection connection, string sql, params object[] arguments)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants and embedded scripts only.
        command.CommandText = sql;
#pragma warning restore CA2100
        for (var i = 0; i < arguments.Length; i++)
        {
            command.Parameters.AddWithValue("$" + i, arguments[i]);
        }

        command.ExecuteNonQuery();
    }
}
