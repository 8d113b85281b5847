namespace MLOps.Inference.Sources;

/// <summary>A registry that <c>models:/</c> URIs are read from. MLOps.Client.Inference has the one that speaks HTTP.</summary>
public interface IModelRegistry
{
    /// <summary>Reads the version that the reference means now.</summary>
    /// <exception cref="InferenceException">NotFound: no such model, version, stage or alias. InvalidModel: the version has no ONNX model. TooLarge.</exception>
    Task<ModelContent> ReadAsync(ModelReference reference, CancellationToken cancellationToken);
}
