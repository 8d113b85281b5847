using MLOps.Contracts.Datasets;
using MLOps.Contracts.Models;
using MLOps.Contracts.Problems;
using MLOps.Models.Catalog;
using MLOps.Models.Data;
using MLOps.Models.Features.Pipelines;
using MLOps.Silo.Datasets;
using MLOps.Silo.Jobs;
using MLOps.Silo.Runs;
using MLOps.Tracking;

namespace MLOps.Silo.Training.Retraining;

/// <summary>Scores a registered version on rows of a dataset, by the files that it was registered with.</summary>
internal sealed class VersionEvaluation(ModelCatalog catalog, DatasetTable data, IArtifactResolver artifacts)
{
    private const string ModelTag = "mlops.model.id";

    public Task<TrainingData> ReadAsync(DatasetVersion version, CancellationToken cancellationToken) => data.ReadAsync(version, cancellationToken);

    /// <returns>The figure of that name.</returns>
    /// <exception cref="MLOpsException">InvalidState: the version cannot be scored, or has no such figure; the message says why.</exception>
    public async Task<double> ScoreAsync(ModelVersion version, TrainingData rows, int validationRows, string metric, CancellationToken cancellationToken)
    {
        var id = RunLease.ValueOf(version.Tags, ModelTag);
        if (id is null || catalog.Find(id) is not { } definition)
        {
            throw Impossible(version, id is null ? $"it was not trained by this platform (it has no tag {ModelTag}): give the policy a threshold" : $"its model '{id}' is not in the catalogue");
        }

        var files = new List<ModelFile>();
        await ReadAsync(artifacts.Resolve(version.Location), "", files, cancellationToken);
        var training = files.Find(file => file.Path == TrainingFile.Name);
        var model = new TrainedModel(files, definition.Signature, training is null ? new Dictionary<string, string>() : TrainingFile.Read(training.Content).Parameters, new Dictionary<string, double>(), null, new Dictionary<string, string>());
        var scorer = files.Find(file => file.Path == FittedFeaturePipeline.FileName) is { } features
            ? new PipelinedDefinition(definition, FittedFeaturePipeline.Read(features.Content).Declared)
            : definition;

        IReadOnlyDictionary<string, double> figures;
        try
        {
            figures = await LowPriorityThread.RunAsync("mlops-validation", () => scorer.Evaluate(model, rows, rows.Count - validationRows, rows.Count, cancellationToken));
        }
        catch (ModelTrainingException exception)
        {
            throw Impossible(version, exception.Message);
        }

        return figures.TryGetValue(metric, out var figure)
            ? figure
            : throw Impossible(version, $"its evaluation has no '{metric}'; it has {string.Join(", ", figures.Keys.Order(StringComparer.Ordinal))}");
    }

    private static async Task ReadAsync(ArtifactLocation folder, string below, List<ModelFile> files, CancellationToken cancellationToken)
    {
        foreach (var entry in await folder.Store.ListAsync(folder.Combine(below), cancellationToken))
        {
            var path = folder.Relative(entry.Path);
            if (entry.IsDirectory)
            {
                await ReadAsync(folder, path, files, cancellationToken);
                continue;
            }

            await using var stored = await folder.Store.OpenReadAsync(entry.Path, cancellationToken);
            using var content = new MemoryStream();
            await stored.CopyToAsync(content, cancellationToken);
            files.Add(new ModelFile(path, content.ToArray()));
        }
    }

    private static MLOpsException Impossible(ModelVersion version, string reason) =>
        new(ProblemCode.InvalidState, $"Version {version.Version} of '{version.Name}' cannot be scored: {reason}.");
}
