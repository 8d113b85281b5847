using System.Globalization;
using System.Net.Sockets;
using Npgsql;

namespace MLOps.Tracking.Storage;

/// <summary>The schema in a PostgreSQL database: MLflow's own at one alembic revision, and our tables in a schema <c>mlops</c> of their own.</summary>
internal static class PostgresSchema
{
    // Any number will do, so long as every MLOps process takes the same: two that start at once make the tables one after the other.
    private const long SchemaLock = 0x4D4C4F7073;

    /// <summary>Looks before it touches: a database that is not ours, or of another revision, stays as it was.</summary>
    /// <returns>The search path that finds both schemas.</returns>
    public static string Prepare(NpgsqlConnectionStringBuilder settings, string artifactRoot, TimeProvider clock)
    {
        var name = $"{settings.Host}:{settings.Port.ToString(CultureInfo.InvariantCulture)}/{settings.Database}";
        try
        {
            using var connection = new NpgsqlConnection(settings.ConnectionString);
            connection.Open();
            using var transaction = connection.BeginTransaction();
            Execute(connection, "SELECT pg_advisory_xact_lock($1)", SchemaLock);
            var schema = (string?)Scalar(connection, "SELECT current_schema()")
                ?? throw new StoreOpenException($"the PostgreSQL database {name} has no schema to create tables in: name one, for example ?options=-csearch_path=public");
            if (Exists(connection, "alembic_version"))
            {
                Check(connection, name, settings);
            }
            else if ((long)Scalar(connection, "SELECT COUNT(*) FROM pg_tables WHERE schemaname = $1", schema)! > 0)
            {
                throw new StoreOpenException($"the PostgreSQL database {name} is not an MLflow database (its schema '{schema}' has tables, but no alembic_version): create an empty database for this platform");
            }
            else
            {
                Create(connection, artifactRoot, clock);
            }

            // Asked for along the whole search path: where the user is called mlops, its own schema comes before MLflow's.
            if (!Exists(connection, "trace_info"))
            {
                Execute(connection, SchemaScripts.Read("mlflow-traces.postgres.sql"));
            }

            if (!Exists(connection, "evaluation_datasets"))
            {
                Execute(connection, SchemaScripts.Read("mlflow-genai.postgres.sql"));
            }

            Execute(connection, SchemaScripts.Read("mlops-schema.postgres.sql"));
            LeaveOurSchemaToUs(connection);
            var path = (string)Scalar(connection, "SELECT current_setting('search_path')")! + ", mlops";
            transaction.Commit();
            return path;
        }
        catch (PostgresException exception)
        {
            throw new StoreOpenException(Explain(name, exception), exception);
        }
        catch (Exception exception) when (exception is NpgsqlException or SocketException)
        {
            throw new StoreOpenException($"the PostgreSQL server of {name} does not answer ({exception.InnerException?.Message ?? exception.Message}): start it, or correct the address", exception);
        }
    }

    /// <summary>PostgreSQL looks first in a schema of the user's name. For a user called mlops that is ours, and an MLflow server of that user would find no tables in it, make new ones there,
    /// and so hide its own from itself and from us. From now on that user starts, in this database, where MLflow's tables are.</summary>
    private static void LeaveOurSchemaToUs(NpgsqlConnection connection)
    {
        if (Scalar(connection, "SELECT current_schema()") is "mlops"
            && Scalar(connection, "SELECT relnamespace::regnamespace::text FROM pg_class WHERE oid = to_regclass('alembic_version')") is string schema and not "mlops")
        {
            // Both names come from the catalogue, the schema's as it is written in SQL.
            var database = Scalar(connection, "SELECT quote_ident(current_database())");
            Execute(connection, $"ALTER ROLE CURRENT_USER IN DATABASE {database} SET search_path = {schema}");
            Execute(connection, $"SET search_path = {schema}");
        }
    }

    private static void Check(NpgsqlConnection connection, string name, NpgsqlConnectionStringBuilder settings)
    {
        var revision = Scalar(connection, "SELECT version_num FROM alembic_version") as string ?? "none";
        if (revision != SchemaScripts.MlflowRevision)
        {
            throw new StoreOpenException(
                $"the PostgreSQL database {name} has MLflow's schema revision {revision}, this platform needs {SchemaScripts.MlflowRevision} (MLflow 3.11): run `mlflow db upgrade postgresql://{settings.Username}@{name}` with MLflow 3.11, or choose another database; nothing was changed");
        }
    }

    private static void Create(NpgsqlConnection connection, string artifactRoot, TimeProvider clock)
    {
        Execute(connection, SchemaScripts.Read("mlflow-schema.postgres.sql"));
        Execute(connection, SchemaScripts.Read("mlops-indexes.sql"));
        Execute(connection, "INSERT INTO alembic_version (version_num) VALUES ($1)", SchemaScripts.MlflowRevision);
        Execute(connection, "INSERT INTO workspaces (name, description) VALUES ('default', NULL)");
        Execute(
            connection,
            "INSERT INTO experiments (experiment_id, name, artifact_location, lifecycle_stage, creation_time, last_update_time, workspace) VALUES (0, 'Default', $1, 'active', $2, $2, 'default')",
            ArtifactUri.Append(artifactRoot, "0"),
            clock.GetUtcNow().ToUnixTimeMilliseconds());
    }

    private static string Explain(string name, PostgresException exception) => exception.SqlState switch
    {
        PostgresErrorCodes.InvalidCatalogName => $"the PostgreSQL database {name} does not exist: create it (createdb), then start again",
        PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification => $"the PostgreSQL server of {name} refused the user or the password ({exception.MessageText}): correct the address",
        PostgresErrorCodes.InsufficientPrivilege => $"the user of {name} may not create tables ({exception.MessageText}): grant it CREATE on the database and its schema; nothing was changed",
        _ => $"the PostgreSQL database {name} cannot be opened ({exception.MessageText}); nothing was changed",
    };

    private static bool Exists(NpgsqlConnection connection, string table) => Scalar(connection, "SELECT to_regclass($1)::text", table) is not (null or DBNull);

    private static object? Scalar(NpgsqlConnection connection, string sql, params object[] arguments)
    {
        using var command = Command(connection, sql, arguments);
        return command.ExecuteScalar();
    }

    private static void Execute(NpgsqlConnection connection, string sql, params object[] arguments)
    {
        using var command = Command(connection, sql, arguments);
        command.ExecuteNonQuery();
    }

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql, object[] arguments)
    {
#pragma warning disable CA2100 // Constants and embedded scripts only.
        var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        foreach (var argument in arguments)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = argument });
        }

        return command;
    }
}
