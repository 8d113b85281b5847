namespace MLOps.Tracking.Webhooks;

/// <summary>Whether events are delivered. The numbers are those of MLflow's protocol.</summary>
public enum WebhookStatus
{
    Active = 1,
    Disabled = 2,
}
