namespace MLOps.Inference.Sources;

/// <summary>Where a model's bytes come from, now and again when it was evicted.</summary>
public interface IModelSource
{
    /// <exception cref="InferenceException">NotFound, TooLarge, InvalidModel or InvalidConfiguration, with a message that names the place.</exception>
    Task<ModelContent> ReadAsync(CancellationToken cancellationToken);
}
