using Orleans.CodeGeneration;

namespace MLOps.Contracts.Monitoring;

/// <summary>Watches one endpoint (key: its name): windows of its inputs, drift verdicts and alerts.</summary>
[Alias("mlops.IMonitorGrain"), Version(1)]
public interface IMonitorGrain : IGrainWithStringKey
{
    /// <summary>Sets what the endpoint is judged against: the reference profile (JSON of MLOps.Monitoring) made at training. A new profile starts new windows and forgets the replays; alerts stay.</summary>
    [Alias("set-profile")]
    Task SetProfileAsync(string profileJson);

    /// <summary>The profile in force, or null when the model came without one.</summary>
    [Alias("get-profile")]
    Task<string?> GetProfileAsync();

    /// <summary>Adds observations. A window is judged when an observation of a later window arrives in the same stream: live traffic is one,
    /// each replay is one of its own. Those of a judged window are late: dropped and counted.</summary>
    [Alias("observe")]
    Task ObserveAsync(IReadOnlyList<ObservedInput> observations);

    /// <summary>Judges the stream's open window now and returns every verdict so far.</summary>
    /// <param name="replay">Id of a replay; null: live traffic.</param>
    /// <exception cref="Problems.MLOpsException">NotFound: no such replay is kept.</exception>
    [Alias("evaluate")]
    Task<DriftState> EvaluateAsync(string? replay = null);

    /// <summary>Every verdict so far.</summary>
    /// <param name="replay">Id of a replay; null: live traffic.</param>
    /// <exception cref="Problems.MLOpsException">NotFound: no such replay is kept.</exception>
    [Alias("drift")]
    Task<DriftState> GetDriftAsync(string? replay = null);

    /// <summary>The endpoint is gone: forgets profile, windows and replays. Alerts stay to be read and acknowledged, and an endpoint
    /// that gets the same name starts afresh. Does nothing when there is nothing to close.</summary>
    [Alias("close")]
    Task CloseAsync();

    /// <summary>Alerts, newest first.</summary>
    [Alias("alerts")]
    Task<IReadOnlyList<ModelAlert>> GetAlertsAsync();

    [Alias("acknowledge")]
    Task<ModelAlert> AcknowledgeAsync(string alertId, string by);
}
