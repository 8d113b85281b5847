using System.Text;
using MLOps.Models.Catalog;
using MLOps.Models.Onnx;
using MLOps.Monitoring.Drift;
using MLOps.Tracking;

namespace MLOps.Silo.Training;

/// <summary>Writes a trained model as a folder of its run's artifacts.</summary>
internal sealed class ModelFolder(IArtifactResolver artifacts, TimeProvider time)
{
    public const string Name = "model";

    /// <summary>Writes every file; MLmodel comes last, so a folder that has it is whole. Graphs get the run's id into their metadata. They have no version: a folder may become one of several models, or none,
    /// long after it is whole, and its files do not change again; the registry's versions name the run.</summary>
    /// <param name="modelId">Of the catalogue.</param>
    /// <returns>The folder's artifact URI.</returns>
    public async Task<string> WriteAsync(string runId, string artifactUri, string modelId, TrainedModel model, ReferenceProfile? profile, CancellationToken cancellationToken)
    {
        var uri = ArtifactUri.Append(artifactUri, Name);
        var folder = artifacts.Resolve(uri);
        var facts = new Dictionary<string, string> { [OnnxMetadata.RunId] = runId };
        foreach (var file in model.Files)
        {
            var content = file.Path.EndsWith(".onnx", StringComparison.Ordinal) ? OnnxMetadata.Add(file.Content, facts) : file.Content;
            await WriteAsync(folder, file.Path, content, cancellationToken);
        }

        if (profile is not null)
        {
            await WriteAsync(folder, ReferenceProfile.FileName, Encoding.UTF8.GetBytes(profile.ToJson()), cancellationToken);
        }

        await WriteAsync(folder, TrainingFile.Name, new TrainingFile(modelId, model.Parameters).Write(), cancellationToken);
        await WriteAsync(folder, "requirements.txt", Encoding.UTF8.GetBytes(MlflowModelFile.Requirements), cancellationToken);
        await WriteAsync(folder, "python_env.yaml", Encoding.UTF8.GetBytes(MlflowModelFile.PythonEnvironment), cancellationToken);
        var yaml = MlflowModelFile.Yaml(runId, Guid.NewGuid().ToString("N"), model.Signature, time.GetUtcNow());
        await WriteAsync(folder, MlflowModelFile.FileName, Encoding.UTF8.GetBytes(yaml), cancellationToken);
        return uri;
    }

    private static async Task WriteAsync(ArtifactLocation folder, string path, byte[] content, CancellationToken cancellationToken)
    {
        using var stream = new MemoryStream(content, writable: false);
        await folder.Store.WriteAsync(folder.Combine(ArtifactPath.Check(path)), stream, cancellationToken);
    }
}
