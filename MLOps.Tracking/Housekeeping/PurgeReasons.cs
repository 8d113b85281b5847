namespace MLOps.Tracking;

/// <summary>Why something that was deleted stays.</summary>
public static class PurgeReasons
{
    private const string DefaultExperiment = "0";

    public static string InUse(string version) => $"{version} in the registry is made from it: delete that version first";

    public static string HasRun(string runId) => $"its run {runId} stays";

    /// <returns>Null: nothing about the experiment itself speaks against it.</returns>
    public static string? ToKeep(DeletedExperiment experiment) => experiment.ExperimentId == DefaultExperiment
        ? "it is the experiment of clients that name none, which MLflow would make again"
        : null;
}
