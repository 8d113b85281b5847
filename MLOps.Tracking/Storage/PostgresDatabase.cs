using System.Data.Common;
using System.Net.Sockets;
using Npgsql;

namespace MLOps.Tracking.Storage;

/// <summary>A PostgreSQL database with MLflow's schema. Others may write to it at the same time: keys, upserts and row locks decide.</summary>
internal sealed class PostgresDatabase : SqlDatabase
{
    private const int MaxReaders = 16;
    private readonly NpgsqlDataSource _source;
    private readonly NpgsqlConnectionStringBuilder _settings;

    private PostgresDatabase(NpgsqlDataSource source, NpgsqlConnectionStringBuilder settings, TimeProvider clock)
        : base(MaxReaders, clock)
    {
        _source = source;
        _settings = settings;
    }

    public override SqlDialect Dialect => SqlDialect.Postgres;

    public override string Name => $"postgresql://{_settings.Host}:{_settings.Port}/{_settings.Database}";

    /// <inheritdoc cref="SqlDatabase.Open"/>
    public static new PostgresDatabase Open(string uri, string artifactRoot, TimeProvider clock)
    {
        var settings = StoreUri.Postgres(uri);
        settings.ApplicationName ??= "mlops";
        settings.MaxAutoPrepare = 256;
        settings.AutoPrepareMinUsages = 2;
        settings.Pooling = false; // Sessions are kept here, with their statements.
        var searchPath = PostgresSchema.Prepare(settings, artifactRoot, clock);
        settings.SearchPath = searchPath;
        var database = new PostgresDatabase(NpgsqlDataSource.Create(settings), settings, clock);
        database.Start();
        return database;
    }

    public override Task<T> WriteApartAsync<T>(Func<SqlSession, T> work, CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            try
            {
                // Not committed, it is undone when the connection closes.
                using var session = ConnectWriter();
                session.Begin();
                var result = work(session);
                session.Commit();
                return result;
            }
            catch (DbException exception)
            {
                throw Dialect.Explain(exception);
            }
        },
        cancellationToken);

    // A server's name that does not resolve is a socket's error to Npgsql. Here it is what any other failure to connect is.
    private NpgsqlConnection Connect()
    {
        try
        {
            return _source.OpenConnection();
        }
        catch (SocketException exception)
        {
            throw new NpgsqlException(exception.Message, exception);
        }
    }

    // Compiling a plan costs more than the searches here take: the server would do it for an estimate of a hundred thousand rows.
    // And a plan made once for all arguments is made for the average curve, which has one point: one of a million is then read to its end.
    protected override SqlSession ConnectReader()
    {
        var session = new SqlSession(Connect(), SqlDialect.Postgres);
        session.Execute("SET jit = off");
        session.Execute("SET plan_cache_mode = force_custom_plan");
        return session;
    }

    // An acknowledged write is on disk, whatever the server's default is.
    // Writes find their rows by key, and their plans are kept: one made for an empty table would read it to its end until the next ANALYZE.
    // What has no index is read to its end all the same, at an estimate that must not start the compiler.
    protected override SqlSession ConnectWriter()
    {
        var session = new SqlSession(Connect(), SqlDialect.Postgres);
        session.Execute("SET synchronous_commit = on");
        session.Execute("SET jit = off");
        session.Execute("SET enable_seqscan = off");
        session.Execute("SET enable_hashjoin = off");
        session.Execute("SET enable_mergejoin = off");
        return session;
    }

    protected override ValueTask CloseAsync() => _source.DisposeAsync();
}
