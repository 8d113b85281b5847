namespace MLOps.Client.SystemMetrics;

/// <summary>One part of the machine.</summary>
internal interface ISystemMetricSource
{
    /// <summary>Adds what can be told now, by MLflow's names without the prefix; nothing where the system does not say.</summary>
    void Read(IDictionary<string, double> values);
}
