using System.Net.Sockets;
using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using MLOps.Tracking;
using Npgsql;

namespace MLOps.Clustering;

/// <summary>The PostgreSQL database in which silos find each other and gateways find silos.</summary>
internal sealed class ClusterDatabase(IConfiguration configuration, IOptions<TrackingOptions> tracking)
{
    private const string Schema = "orleans";

    // Any number will do, so long as every MLOps process takes the same: those that start at once make the tables one after the other.
    private const long SchemaLock = 0x4D4C4F70_636C;

    /// <summary>What Orleans' own settings name (<c>Orleans:Clustering:ConnectionString</c>, or <c>ConnectionName</c> of a connection string); else the tracking database.</summary>
    /// <exception cref="StoreOpenException">They name none, and the tracking database is not on PostgreSQL.</exception>
    public string ConnectionString
    {
        get
        {
            var section = configuration.GetSection(ClusteringExtensions.Section);
            var settings = section["ConnectionString"] is { Length: > 0 } given ? new NpgsqlConnectionStringBuilder(given)
                : section["ConnectionName"] is { Length: > 0 } name ? new NpgsqlConnectionStringBuilder(configuration.GetConnectionString(name)
                    ?? throw new StoreOpenException($"{ClusteringExtensions.Section}:ConnectionName is '{name}', and there is no such connection string: set ConnectionStrings__{name}"))
                : tracking.Value.PostgresSettings()
                    ?? throw new StoreOpenException($"a cluster needs PostgreSQL, and the tracking database is {tracking.Value.StoreName}: set MLFLOW_BACKEND_STORE_URI to postgresql://user:password@host:port/database, or {ClusteringExtensions.Section}:ConnectionString");
            settings.SearchPath ??= Schema;
            settings.ApplicationName ??= "mlops-cluster";
            return settings.ConnectionString;
        }
    }

    /// <summary>Makes what is missing.</summary>
    /// <exception cref="StoreOpenException">The database does not answer, or the user may not make tables.</exception>
    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        var settings = new NpgsqlConnectionStringBuilder(ConnectionString);
        var name = $"{settings.Host}:{settings.Port}/{settings.Database}";
        try
        {
            await using var connection = new NpgsqlConnection(settings.ConnectionString);
            await connection.OpenAsync(cancellationToken);
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await using (var taken = new NpgsqlCommand("SELECT pg_advisory_xact_lock($1)", connection) { Parameters = { new() { Value = SchemaLock } } })
            {
                await taken.ExecuteNonQueryAsync(cancellationToken);
            }

#pragma warning disable CA2100 // The embedded script.
            await using (var made = new NpgsqlCommand(Script(), connection))
#pragma warning restore CA2100
            {
                await made.ExecuteNonQueryAsync(cancellationToken);
            }

            await transaction.CommitAsync(cancellationToken);
        }
        catch (PostgresException exception)
        {
            throw new StoreOpenException($"the cluster's tables cannot be made in the PostgreSQL database {name} ({exception.MessageText}): grant its user CREATE on the database; nothing was changed", exception);
        }
        catch (Exception exception) when (exception is NpgsqlException or SocketException)
        {
            throw new StoreOpenException($"the PostgreSQL server of {name} does not answer ({exception.InnerException?.Message ?? exception.Message}): start it, or correct the address", exception);
        }
    }

    private static string Script()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("MLOps.Clustering.orleans-membership.sql")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
