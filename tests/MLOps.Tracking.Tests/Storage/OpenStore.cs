using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using MLOps.Contracts.Models;
using MLOps.Testing;
using MLOps.Tracking.AiGateway;
using MLOps.Tracking.Artifacts;
using MLOps.Tracking.EvaluationDatasets;
using MLOps.Tracking.Housekeeping;
using MLOps.Tracking.Issues;
using MLOps.Tracking.LoggedModels;
using MLOps.Tracking.Models;
using MLOps.Tracking.Rest;
using MLOps.Tracking.Runs;
using MLOps.Tracking.Scorers;
using MLOps.Tracking.Storage;
using MLOps.Tracking.Traces;

namespace MLOps.Tracking.Tests.Storage;

/// <summary>The real stores on a real database, or before a real server that speaks MLflow's protocol.</summary>
internal sealed class OpenStore : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string? _uri;

    private UpstreamClient? _upstream;

    /// <param name="uri">An empty database, or the address of an empty server; null: a new SQLite file.</param>
    public OpenStore(string? uri = null)
    {
        _uri = uri;
        Open();
    }

    public string Path => _folder.Combine("mlflow.db");

    public SqlDatabase Database { get; private set; } = null!;

    public ITrackingStore Tracking { get; private set; } = null!;

    public IModelRegistryStore Registry { get; private set; } = null!;

    public ILoggedModelStore LoggedModels { get; private set; } = null!;

    /// <summary>Traces of a database; before a server the platform passes them on, and there is no store.</summary>
    public ITraceStore Traces { get; private set; } = null!;

    public IEvaluationDatasetStore EvaluationDatasets { get; private set; } = null!;

    public IScorerStore Scorers { get; private set; } = null!;

    public IIssueStore Issues { get; private set; } = null!;

    public IAiGatewayStore AiGateway { get; private set; } = null!;

    public IStateStore States { get; private set; } = null!;

    public IReminderStore Reminders { get; private set; } = null!;

    /// <summary>Removal from a database.</summary>
    public IPurgeStore Purge { get; private set; } = null!;

    public IArtifactStore Artifacts => new LocalArtifactStore(_folder.Combine("artifacts"), TimeProvider.System);

    /// <summary>The registry's store with another clock.</summary>
    public IModelRegistryStore RegistryAt(TimeProvider clock) => _upstream is null ? new SqlModelRegistryStore(Database, clock) : new RestModelRegistryStore(_upstream, Database, clock);

    /// <summary>Moves a version as another program does, past the history.</summary>
    public Task MoveBehindOurBackAsync(string name, int version, ModelStage stage, CancellationToken cancellationToken) => _upstream is null
        ? Database.WriteAsync(
            session => session.Execute("UPDATE model_versions SET current_stage = $0 WHERE name = $1 AND version = $2", stage.ToString(), name, version),
            cancellationToken)
        : _upstream.CallAsync(
            UpstreamCall.Post("model-versions/transition-stage", isIdempotent: true, json =>
            {
                json.WriteString("name", name);
                json.WriteString("version", UpstreamJson.Text(version));
                json.WriteString("stage", stage.ToString());
            }),
            cancellationToken);

    public string Combine(string name) => _folder.Combine(name);

    /// <summary>Closes the file and opens it again, as a restart does.</summary>
    public async Task RestartAsync()
    {
        await Database.DisposeAsync();
        Open();
    }

    public async ValueTask DisposeAsync()
    {
        _upstream?.Dispose();
        await Database.DisposeAsync();
        _folder.Dispose();
    }

    private void Open()
    {
        var isHttp = _uri is not null && StoreUri.IsHttp(_uri);
        Database = SqlDatabase.Open(isHttp || _uri is null ? "sqlite:///" + Path : _uri, ArtifactUri.Scheme + "/", TimeProvider.System);
        States = new SqlStateStore(Database, TimeProvider.System);
        Reminders = new SqlReminderStore(Database);
        if (isHttp)
        {
            _upstream ??= new UpstreamClient(UpstreamAddress.Parse(_uri!), new UpstreamOptions(), TimeProvider.System, NullLogger<UpstreamClient>.Instance);
            Tracking = new RestTrackingStore(_upstream, TimeProvider.System);
            Registry = RegistryAt(TimeProvider.System);
            LoggedModels = new RestLoggedModelStore(_upstream);
            return;
        }

        Tracking = new SqlTrackingStore(Database, ArtifactUri.Scheme, TimeProvider.System);
        Registry = RegistryAt(TimeProvider.System);
        LoggedModels = new SqlLoggedModelStore(Database, TimeProvider.System);
        Traces = new SqlTraceStore(Database, TimeProvider.System);
        Purge = new SqlPurgeStore(Database, TimeProvider.System);
        EvaluationDatasets = new SqlEvaluationDatasetStore(Database, TimeProvider.System);
        Scorers = new SqlScorerStore(Database, TimeProvider.System);
        Issues = new SqlIssueStore(Database, TimeProvider.System);
        AiGateway = new SqlAiGatewayStore(
            Database,
            Tracking,
            new GatewaySecrets(Options.Create(new AiGatewayOptions { SecretKeyVersion = 1 }), Options.Create(new TrackingOptions { DataDirectory = _folder.Path })),
            TimeProvider.System);
    }
}
