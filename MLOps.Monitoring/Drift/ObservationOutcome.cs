namespace MLOps.Monitoring.Drift;

/// <summary>What became of an observation.</summary>
public enum ObservationOutcome
{
    /// <summary>It is in the open window.</summary>
    Accepted = 0,
    /// <summary>The same event time and values are in the open window already: a replay, counted once.</summary>
    Duplicate,
    /// <summary>Its window has been closed; the verdict stands.</summary>
    Late,
    /// <summary>A value is not finite.</summary>
    NotFinite,
    /// <summary>The open window holds as many observations as it may.</summary>
    WindowFull,
}
