using MLOps.Contracts.Problems;

namespace MLOps.Tracking.Webhooks;

/// <summary>An entity and what happened to it. Only the pairs in <see cref="All"/> exist.</summary>
public readonly record struct WebhookEvent
{
    private static readonly string[] EntityNames =
        ["", "registered_model", "model_version", "model_version_tag", "model_version_alias", "prompt", "prompt_version", "prompt_tag", "prompt_version_tag", "prompt_alias", "budget_policy"];

    private static readonly string[] ActionNames = ["", "created", "updated", "deleted", "set", "exceeded"];

    private WebhookEvent(WebhookEntity entity, WebhookAction action)
    {
        Entity = entity;
        Action = action;
    }

    /// <summary>The events that MLflow knows. Nothing raises <c>budget_policy.exceeded</c> here: there is no AI gateway.</summary>
    public static IReadOnlyList<WebhookEvent> All { get; } =
    [
        new(WebhookEntity.RegisteredModel, WebhookAction.Created),
        new(WebhookEntity.ModelVersion, WebhookAction.Created),
        new(WebhookEntity.ModelVersionTag, WebhookAction.Set),
        new(WebhookEntity.ModelVersionTag, WebhookAction.Deleted),
        new(WebhookEntity.ModelVersionAlias, WebhookAction.Created),
        new(WebhookEntity.ModelVersionAlias, WebhookAction.Deleted),
        new(WebhookEntity.Prompt, WebhookAction.Created),
        new(WebhookEntity.PromptVersion, WebhookAction.Created),
        new(WebhookEntity.PromptTag, WebhookAction.Set),
        new(WebhookEntity.PromptTag, WebhookAction.Deleted),
        new(WebhookEntity.PromptVersionTag, WebhookAction.Set),
        new(WebhookEntity.PromptVersionTag, WebhookAction.Deleted),
        new(WebhookEntity.PromptAlias, WebhookAction.Created),
        new(WebhookEntity.PromptAlias, WebhookAction.Deleted),
        new(WebhookEntity.BudgetPolicy, WebhookAction.Exceeded),
    ];

    public WebhookEntity Entity { get; }

    public WebhookAction Action { get; }

    /// <summary>As stored and delivered: <c>model_version_tag</c>. The protocol writes it in capitals.</summary>
    public string EntityName => EntityNames[(int)Entity];

    /// <summary>As stored and delivered: <c>set</c>.</summary>
    public string ActionName => ActionNames[(int)Action];

    /// <exception cref="MLOpsException">InvalidArgument: the entity has no such event.</exception>
    public static WebhookEvent Of(WebhookEntity entity, WebhookAction action)
    {
        var given = new WebhookEvent(entity, action);
        if (All.Contains(given))
        {
            return given;
        }

        var valid = All.Where(known => known.Entity == entity).Select(known => $"'{known.ActionName}'").Order(StringComparer.Ordinal);
        throw new MLOpsException(
            ProblemCode.InvalidArgument,
            $"Invalid action '{given.ActionName}' for entity '{given.EntityName}'. Valid actions are: [{string.Join(", ", valid)}]");
    }

    /// <summary>The entity of a name in any case.</summary>
    /// <returns>Null: there is none of that name.</returns>
    public static WebhookEntity? ParseEntity(string name) => Index(EntityNames, name) is > 0 and var index ? (WebhookEntity)index : null;

    /// <summary>The action of a name in any case.</summary>
    /// <returns>Null: there is none of that name.</returns>
    public static WebhookAction? ParseAction(string name) => Index(ActionNames, name) is > 0 and var index ? (WebhookAction)index : null;

    /// <returns><c>model_version.created</c>.</returns>
    public override string ToString() => $"{EntityName}.{ActionName}";

    private static int Index(string[] names, string name) => Array.FindIndex(names, known => known.Equals(name, StringComparison.OrdinalIgnoreCase));
}
