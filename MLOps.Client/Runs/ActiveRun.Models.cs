using System.Net;
using MLOps.Client.Models;

namespace MLOps.Client.Runs;

/// <content>Models that the run makes.</content>
public sealed partial class ActiveRun
{
    private const string ModelFile = "model.onnx";

    /// <summary>Writes an ONNX file as a model of MLflow's onnx flavour (<c>MLmodel</c>, <c>model.onnx</c>, <c>requirements.txt</c>, <c>python_env.yaml</c>), which MLflow's Python loads and this platform serves.</summary>
    /// <param name="onnxFile">A local file. One whose weights lie in other files is logged as a folder: <see cref="LogModelAsync"/>.</param>
    /// <returns>The version that was registered; null when <see cref="OnnxModelOptions.RegisteredModelName"/> is.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public async Task<ModelVersion?> LogOnnxModelAsync(string onnxFile, OnnxModelOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new OnnxModelOptions();
        var description = MlflowModelFile.ForOnnx(Id, options, ModelFile, _time.GetUtcNow());
        await using (var content = File.OpenRead(onnxFile))
        {
            await LogArtifactAsync(Join(options.ArtifactPath, ModelFile), content, cancellationToken);
        }

        await LogTextAsync(Join(options.ArtifactPath, "requirements.txt"), MlflowModelFile.Requirements, cancellationToken);
        await LogTextAsync(Join(options.ArtifactPath, "python_env.yaml"), MlflowModelFile.PythonEnvironment, cancellationToken);

        // Last: a folder that has it is whole.
        await LogTextAsync(Join(options.ArtifactPath, MlflowModelFile.FileName), description.ToYaml(), cancellationToken);
        return await FinishModelAsync(description, options.RegisteredModelName, cancellationToken);
    }

    /// <summary>Writes a local folder that holds a model of any MLflow flavour.</summary>
    /// <param name="folder">With MLflow's <c>MLmodel</c> file at its top.</param>
    /// <param name="artifactPath">Folder inside the run's artifacts.</param>
    /// <param name="registeredModelName">Null: the model is not registered.</param>
    /// <returns>The version that was registered; null when none was.</returns>
    /// <exception cref="FileNotFoundException">The folder has no MLmodel.</exception>
    public async Task<ModelVersion?> LogModelAsync(string folder, string artifactPath = "model", string? registeredModelName = null, CancellationToken cancellationToken = default)
    {
        var file = Path.Combine(folder, MlflowModelFile.FileName);
        if (!File.Exists(file))
        {
            throw new FileNotFoundException($"'{folder}' is no model folder: expected MLflow's {MlflowModelFile.FileName} file in it.", file);
        }

        var description = MlflowModelFile.FromYaml(Id, artifactPath, await File.ReadAllTextAsync(file, cancellationToken), _time.GetUtcNow());
        await LogFolderAsync(folder, artifactPath, cancellationToken);
        return await FinishModelAsync(description, registeredModelName, cancellationToken);
    }

    private async Task<ModelVersion?> FinishModelAsync(MlflowModelFile model, string? registeredModelName, CancellationToken cancellationToken)
    {
        try
        {
            await _retry.RunAsync(token => Client.Runs.LogModelAsync(Id, model.ToJson(), token), cancellationToken);
        }
        catch (MLOpsClientException e) when (e.Status is HttpStatusCode.NotFound or HttpStatusCode.NotImplemented)
        {
            // A server without the route: the tag is all that the route writes.
            var run = await _retry.RunAsync(token => Client.Runs.GetAsync(Id, token), cancellationToken);
            await SetTagAsync(RunTags.LogModelHistory, MlflowModelFile.Append(run.Tags.GetValueOrDefault(RunTags.LogModelHistory), model.ToJson()), cancellationToken);
        }

        return registeredModelName is null
            ? null
            : await _retry.RunOnceAsync(token => Client.Models.RegisterAsync(registeredModelName, Run, model.ArtifactPath, cancellationToken: token), cancellationToken);
    }
}
