using MLOps.Client.Batch;
using MLOps.Client.Models;
using MLOps.Client.Monitoring;
using MLOps.Client.Runs;
using MLOps.Client.Serving;
using MLOps.Client.Training;
using MLOps.Client.Training.Retraining;
using MLOps.Client.Training.Search;

namespace MLOps.Dashboard.Components;

/// <summary>Which colour a state has, everywhere.</summary>
internal static class Chips
{
    private const string Good = "chip chip-good";
    private const string Warn = "chip chip-warn";
    private const string Bad = "chip chip-bad";
    private const string Live = "chip chip-live";
    private const string Quiet = "chip";

    public static string Of(RunStatus status) => status switch
    {
        RunStatus.Running => Live,
        RunStatus.Finished => Good,
        RunStatus.Failed => Bad,
        RunStatus.Killed => Warn,
        _ => Quiet,
    };

    public static string Of(TrainingJobStatus status) => status switch
    {
        TrainingJobStatus.Running => Live,
        TrainingJobStatus.Completed => Good,
        TrainingJobStatus.Failed => Bad,
        TrainingJobStatus.Paused or TrainingJobStatus.Stopped => Warn,
        _ => Quiet,
    };

    public static string Of(SearchStatus status) => status switch
    {
        SearchStatus.Running => Live,
        SearchStatus.Completed => Good,
        SearchStatus.Failed => Bad,
        _ => Warn,
    };

    public static string Of(SearchTrialStatus status) => status switch
    {
        SearchTrialStatus.Running => Live,
        SearchTrialStatus.Completed => Good,
        SearchTrialStatus.Failed => Bad,
        SearchTrialStatus.Stopped => Warn,
        _ => Quiet,
    };

    public static string Of(RetrainingStep step) => step switch
    {
        RetrainingStep.Succeeded => Good,
        RetrainingStep.Rejected => Warn,
        RetrainingStep.Failed => Bad,
        _ => Live,
    };

    public static string Of(BatchJobStatus status) => status switch
    {
        BatchJobStatus.Running => Live,
        BatchJobStatus.Completed => Good,
        BatchJobStatus.Failed => Bad,
        BatchJobStatus.Paused or BatchJobStatus.Stopped => Warn,
        _ => Quiet,
    };

    public static string Of(EndpointStatus status) => status switch
    {
        EndpointStatus.Ready => Good,
        EndpointStatus.Deploying => Live,
        _ => Bad,
    };

    public static string Of(CanaryStatus status) => status switch
    {
        CanaryStatus.Running => Live,
        CanaryStatus.Promoted => Good,
        CanaryStatus.RolledBack => Bad,
        _ => Warn,
    };

    public static string Of(AbVerdict verdict) => verdict switch
    {
        AbVerdict.Collecting => Live,
        AbVerdict.SampleRatioMismatch => Bad,
        _ => Good,
    };

    /// <summary>By the kind of a line in an endpoint's history.</summary>
    public static string OfEvent(string kind) => kind switch
    {
        "canary_rolled_back" or "ab_test_invalid" or "follow_failed" => Bad,
        "canary_promoted" or "ab_test_decided" => Good,
        "canary_aborted" or "removed" => Warn,
        _ => Quiet,
    };

    public static string Of(ModelStage stage) => stage switch
    {
        ModelStage.Production => Good,
        ModelStage.Staging => Warn,
        _ => Quiet,
    };

    public static string Of(AlertKind kind) => kind switch
    {
        AlertKind.Warning => Warn,
        _ => Bad,
    };
}
