namespace MLOps.Client.Serving;

public enum EndpointStatus
{
    Deploying = 0,
    Ready,
    Failed,

    /// <summary>Out of memory until somebody loads it again.</summary>
    Unloaded,
}
