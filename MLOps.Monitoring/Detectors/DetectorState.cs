namespace MLOps.Monitoring.Detectors;

/// <summary>What a change detector says after an observation.</summary>
public enum DetectorState
{
    Stable = 0,
    Warning,
    Drift,
}
