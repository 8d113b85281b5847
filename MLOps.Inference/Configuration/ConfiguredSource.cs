using System.Globalization;
using MLOps.Inference.Sources;

namespace MLOps.Inference.Configuration;

/// <summary>A model of <c>models.toml</c>: its bytes, with the version and the declarations that the file gives.</summary>
internal sealed class ConfiguredSource(ModelConfig model, IModelSource source) : IModelSource
{
    public async Task<ModelContent> ReadAsync(CancellationToken cancellationToken)
    {
        ModelContent content;
        try
        {
            content = await source.ReadAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (InferenceException exception)
        {
            throw new InferenceException(exception.Error, $"{model.Declared.Origin}: artifact_path '{model.ArtifactPath}': {exception.Message}", exception);
        }

        return content with
        {
            // A registry knows its versions better than the file; versions that are no numbers stay out of the answers.
            Version = content.Version == 0 && int.TryParse(model.Version, NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : content.Version,
            Declared = model.Declared,
        };
    }
}
