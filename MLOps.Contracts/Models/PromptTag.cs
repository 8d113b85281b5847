namespace MLOps.Contracts.Models;

/// <summary>Prompts are registered models whose files nobody keeps: their text is a tag.</summary>
public static class PromptTag
{
    /// <summary>Marks a registered model, and its versions, as a prompt.</summary>
    public const string Key = "mlflow.prompt.is_prompt";
}
