using System.Collections.Concurrent;
using MLOps.Models.Catalog;
using MLOps.Models.Features.Pipelines;
using MLOps.Tracking;

namespace MLOps.Silo.Features;

/// <summary>Versions that can be asked by raw rows. A version's files never change, so each is read once.</summary>
internal sealed class RowModels(ModelCatalog catalog, IArtifactResolver artifacts)
{
    /// <summary>Versions that are kept; beyond, all are read again.</summary>
    private const int MaximumKept = 200;

    private readonly ConcurrentDictionary<string, RowServing?> _known = new(StringComparer.Ordinal);

    /// <param name="location">Artifact URI of the version's folder.</param>
    /// <returns>Null: the version was not trained here, or its inputs are made of more than rows.</returns>
    /// <exception cref="ModelTrainingException">A file of it cannot be read.</exception>
    public async Task<RowServing?> FindAsync(string location, CancellationToken cancellationToken)
    {
        if (_known.TryGetValue(location, out var known))
        {
            return known;
        }

        var read = await ReadAsync(artifacts.Resolve(location), cancellationToken);
        if (_known.Count >= MaximumKept)
        {
            _known.Clear();
        }

        return _known[location] = read;
    }

    private async Task<RowServing?> ReadAsync(ArtifactLocation folder, CancellationToken cancellationToken)
    {
        var entries = await folder.Store.ListAsync(folder.Path, cancellationToken);
        if (!entries.Any(entry => folder.Relative(entry.Path) == TrainingFile.Name))
        {
            return null;
        }

        var files = new List<ModelFile>();

        // Graphs are large, and inputs are made without them.
        foreach (var entry in entries.Where(entry => !entry.IsDirectory && !entry.Path.EndsWith(".onnx", StringComparison.Ordinal)))
        {
            await using var stored = await folder.Store.OpenReadAsync(entry.Path, cancellationToken);
            using var content = new MemoryStream();
            await stored.CopyToAsync(content, cancellationToken);
            files.Add(new ModelFile(folder.Relative(entry.Path), content.ToArray()));
        }

        var training = TrainingFile.Read(files.First(file => file.Path == TrainingFile.Name).Content);
        return catalog.Find(training.Model) is { } definition
            ? RowServing.Of(definition, new TrainedModel(files, definition.Signature, training.Parameters, new Dictionary<string, double>(), null, new Dictionary<string, string>()))
            : null;
    }
}
