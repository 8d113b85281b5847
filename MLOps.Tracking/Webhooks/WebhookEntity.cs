namespace MLOps.Tracking.Webhooks;

/// <summary>What an event is about. The numbers are those of MLflow's protocol.</summary>
public enum WebhookEntity
{
    RegisteredModel = 1,
    ModelVersion = 2,
    ModelVersionTag = 3,
    ModelVersionAlias = 4,
    Prompt = 5,
    PromptVersion = 6,
    PromptTag = 7,
    PromptVersionTag = 8,
    PromptAlias = 9,
    BudgetPolicy = 10,
}
