namespace MLOps.Tracking.Webhooks;

/// <summary>What happened to the entity. The numbers are those of MLflow's protocol.</summary>
public enum WebhookAction
{
    Created = 1,
    Updated = 2,
    Deleted = 3,
    Set = 4,
    Exceeded = 5,
}
