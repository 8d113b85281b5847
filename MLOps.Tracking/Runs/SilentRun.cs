using System.Globalization;
using MLOps.Contracts.Experiments;
using MLOps.Contracts.Runs;

namespace MLOps.Tracking.Runs;

/// <summary>How a run that was ended for being silent says so, and is known again by it.</summary>
internal static class SilentRun
{
    private const string Begin = "The client of this run has gone silent: ";

    public static KeyValue Error(TimeSpan silence) => new(
        HeartbeatTags.Error,
        string.Create(CultureInfo.InvariantCulture, $"{Begin}no heartbeat and no write for {Math.Floor(silence.TotalSeconds)} s. Its process has died, or could not reach the server."));

    /// <summary>Whether a run has not ended, and its last sign of life is the one given.</summary>
    public static bool IsSilent(RunInfo run, string? beat, EndSilentRun command) =>
        IsOpen(run) && run.LifecycleStage == LifecycleStage.Active && beat == command.Heartbeat;

    /// <summary>Whether the tag says that the run was ended for being silent.</summary>
    public static bool Is(RunInfo run, string? error) =>
        run.LifecycleStage == LifecycleStage.Active && error is not null && error.StartsWith(Begin, StringComparison.Ordinal);

    public static bool IsOpen(RunInfo run) => run.Status is RunStatus.Running or RunStatus.Scheduled;
}
