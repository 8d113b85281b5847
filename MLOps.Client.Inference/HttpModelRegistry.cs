using System.Net;
using MLOps.Client.Models;
using MLOps.Inference;
using MLOps.Inference.Mlflow;
using MLOps.Inference.Sources;

namespace MLOps.Client.Registry;

/// <summary>The registry of the platform, or of a plain MLflow server, for an engine in the caller's process: set it as <c>InferenceEngineOptions.Registry</c>.
/// A version's files are downloaded into a temporary folder, read, and deleted.</summary>
public sealed class HttpModelRegistry(MLOpsClient client) : IModelRegistry
{
    /// <exception cref="InferenceException">NotFound: no such model, version, stage or alias, no files, or no server. InvalidModel: the version is not ready or has no ONNX model.</exception>
    public async Task<ModelContent> ReadAsync(ModelReference reference, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("mlops-model-");
        try
        {
            var version = await FindAsync(reference, cancellationToken).ConfigureAwait(false);
            if (version.Status is not (null or "READY"))
            {
                throw new InferenceException(InferenceError.InvalidModel, $"{reference} is version {version.Version}, whose status is {version.Status}: only READY versions can be loaded.");
            }

            await client.Models.DownloadAsync(version.Name, version.Version, folder.FullName, cancellationToken).ConfigureAwait(false);

            // As on the server: a folder without MLmodel holds model.onnx.
            var path = File.Exists(Path.Combine(folder.FullName, MLmodel.FileName)) ? folder.FullName : Path.Combine(folder.FullName, MLmodel.DefaultOnnxFile);
            var content = await new FileSource(path).ReadAsync(cancellationToken).ConfigureAwait(false);
            return content with { Version = version.Version };
        }
        catch (MLOpsClientException exception)
        {
            throw new InferenceException(InferenceError.NotFound, $"{reference} cannot be read from {client.Gateway}: {exception.Message}", exception);
        }
        catch (NotSupportedException exception)
        {
            throw new InferenceException(InferenceError.NotFound, $"{reference} cannot be read from {client.Gateway}: {exception.Message}", exception);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private async Task<ModelVersion> FindAsync(ModelReference reference, CancellationToken cancellationToken)
    {
        if (reference.Version is { } number)
        {
            return await client.Models.GetVersionAsync(reference.Name, number, cancellationToken).ConfigureAwait(false);
        }

        if (reference.IsLatest)
        {
            return await client.Models.GetLatestAsync(reference.Name, cancellationToken).ConfigureAwait(false);
        }

        if (reference.Alias is { } alias)
        {
            return await client.Models.GetByAliasAsync(reference.Name, alias, cancellationToken).ConfigureAwait(false);
        }

        var stage = Enum.Parse<ModelStage>(reference.Stage!);
        var versions = await client.Models.GetLatestVersionsAsync(reference.Name, [stage], cancellationToken).ConfigureAwait(false);
        return versions.MaxBy(version => version.Version)
            ?? throw new MLOpsClientException($"Model '{reference.Name}' has no version in stage {stage}.", "RESOURCE_DOES_NOT_EXIST", HttpStatusCode.NotFound);
    }
}
