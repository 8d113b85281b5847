namespace MLOps.Inference.Sources;

/// <summary>The version that a <c>models:/</c> URI means at the time.</summary>
internal sealed class RegistrySource(IModelRegistry registry, ModelReference reference) : IModelSource
{
    public Task<ModelContent> ReadAsync(CancellationToken cancellationToken) => registry.ReadAsync(reference, cancellationToken);
}
