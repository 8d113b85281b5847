namespace MLOps.Contracts.Monitoring;

/// <summary>Watches one endpoint (key: its name): windows of its inputs, drift verdicts and alerts.</summary>
[Alias("mlops.IMonitorGrain")]
public interface IMonitorGrain : IGrainWithStringKey
{
    /// <summary>Sets what the endpoint is judged against: the reference profile (JSON of MLOps.Monitoring) made at training. A new profile starts new windows; alerts stay.</summary>
    [Alias("set-profile")]
    Task SetProfileAsync(string profileJson);

    /// <summary>The profile in force, or null when the model came without one.</summary>
    [Alias("get-profile")]
    Task<string?> GetProfileAsync();

    /// <summary>Adds observations. A window is judged when an observation of a later window arrives.</summary>
    [Alias("observe")]
    Task ObserveAsync(IReadOnlyList<ObservedInput> observations);

    /// <summary>Judges the open window now and returns every verdict so far, oldest first.</summary>
    [Alias("evaluate")]
    Task<IReadOnlyList<DriftReport>> EvaluateAsync();

    [Alias("reports")]
    Task<IReadOnlyList<DriftReport>> GetReportsAsync();

    /// <summary>Alerts, newest first.</summary>
    [Alias("alerts")]
    Task<IReadOnlyList<ModelAlert>> GetAlertsAsync();

    [Alias("acknowledge")]
    Task<ModelAlert> AcknowledgeAsync(string alertId, string by);
}
