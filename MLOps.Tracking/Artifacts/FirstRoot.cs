using MLOps.Tracking.Storage;

namespace MLOps.Tracking.Artifacts;

/// <summary>The artifact root that a database was made with. Its first experiment, which is made with the database and by no client, tells it:
/// so a database that MLflow has worked on keeps its artifacts, and no caller can name a folder to be served.</summary>
internal static class FirstRoot
{
    private const string End = "/0";

    /// <returns>The root without a slash at its end; null: the first experiment is gone, or lies where no root can be told from.</returns>
    public static string? Of(SqlDatabase database) =>
        database.Read(session => session.Scalar("SELECT artifact_location FROM experiments WHERE experiment_id = 0")) is string location
        && location.TrimEnd('/') is var first && first.EndsWith(End, StringComparison.Ordinal)
            ? first[..^End.Length]
            : null;
}
