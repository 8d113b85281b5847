using Microsoft.Data.Sqlite;
using MLOps.Gateway.Tests.Endpoints;

namespace MLOps.Gateway.Tests.Upstream;

/// <summary>A platform of ours that plays the MLflow server behind another one. It is emptied between tests, not started anew.</summary>
public sealed class UpstreamServer : ServingPlatform
{
    private static readonly HashSet<string> Kept = ["alembic_version", "workspaces"];

    public UpstreamServer()
    {
        // Its webhooks go to receivers on this machine.
        Settings["MLFLOW_WEBHOOK_ALLOWED_SCHEMES"] = "http, https";
        Settings["MLFLOW_WEBHOOK_ALLOW_PRIVATE_IPS"] = "true";
    }

    /// <summary>Deletes everything but the first experiment, as another program on its database.</summary>
    /// <returns>The server's address.</returns>
    public string Emptied()
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(DataDirectory, "mlflow.db")};Pooling=False;Foreign Keys=False;Default Timeout=30");
        connection.Open();
        using var transaction = connection.BeginTransaction();
        var tables = new List<string>();
        using (var command = connection.CreateCommand())
        {
            command.CommandText = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'mlops_%'";
            using var reader = command.ExecuteReader();
            while (reader.Read())
            {
                tables.Add(reader.GetString(0));
            }
        }

        foreach (var table in tables.Where(table => !Kept.Contains(table)))
        {
            using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The names are the schema's own.
            command.CommandText = table == "experiments" ? "DELETE FROM experiments WHERE experiment_id <> 0" : $"DELETE FROM {table}";
#pragma warning restore CA2100
            command.ExecuteNonQuery();
        }

        transaction.Commit();
        return Http.BaseAddress!.ToString();
    }
}
