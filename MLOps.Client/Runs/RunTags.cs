namespace MLOps.Client.Runs;

/// <summary>Names of tags that mean something to MLflow or to this platform.</summary>
public static class RunTags
{
    public const string RunName = "mlflow.runName";
    public const string User = "mlflow.user";
    public const string SourceName = "mlflow.source.name";
    public const string SourceType = "mlflow.source.type";
    public const string ParentRunId = "mlflow.parentRunId";
    public const string Note = "mlflow.note.content";

    /// <summary>What <see cref="ActiveRun.Fail"/> was told.</summary>
    public const string Error = "mlops.error";

    /// <summary>Unix ms of the last sign of life.</summary>
    public const string Heartbeat = "mlops.heartbeat";

    /// <summary>Seconds between two signs of life.</summary>
    public const string HeartbeatInterval = "mlops.heartbeat.interval_s";

    internal const string LogModelHistory = "mlflow.log-model.history";
    internal const string LocalSource = "LOCAL";
}
