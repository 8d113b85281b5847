namespace MLOps.Client.Serving;

public enum EndpointStatus
{
    Deploying = 0,
    Ready,
    Failed,
}
