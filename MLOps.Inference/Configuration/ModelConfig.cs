namespace MLOps.Inference.Configuration;

/// <summary>One table of <c>models.toml</c>.</summary>
/// <param name="Name">The table's key when the file gives no name.</param>
/// <param name="Version">Text, as registries have it; null: not given.</param>
/// <param name="ArtifactPath">An <c>.onnx</c> file, an MLflow model's folder, or a <c>models:/</c> URI.</param>
/// <param name="MlflowRunId">The run that made the model; null: not given.</param>
public sealed record ModelConfig(string Name, string? Version, string ArtifactPath, string? MlflowRunId, ModelDeclaration Declared);
