namespace MLOps.Client.Monitoring;

public enum AlertKind
{
    /// <summary>Inputs differ from the training data beyond the threshold.</summary>
    Drift = 0,

    /// <summary>The model's quality fell below its threshold.</summary>
    Performance,

    /// <summary>The share of failed requests rose above its threshold.</summary>
    Error,

    /// <summary>Anything else that a person should look at.</summary>
    Warning,
}
