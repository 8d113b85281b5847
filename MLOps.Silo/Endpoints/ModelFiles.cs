using MLOps.Contracts.Endpoints;
using MLOps.Contracts.Problems;
using MLOps.Inference.Mlflow;
using MLOps.Inference.Sources;
using MLOps.Tracking;

namespace MLOps.Silo.Endpoints;

/// <summary>Reads what serving needs from a version's folder in the artifact store.</summary>
internal sealed class ModelFiles(IArtifactResolver artifacts)
{
    private const string ProfileFile = "reference_profile.json";
    private const long MaxModelBytes = FileSource.MaxBytes;
    private const long MaxTextBytes = 16L << 20;

    /// <summary>The ONNX bytes: the file that MLmodel's onnx flavor names, else <c>model.onnx</c>.</summary>
    /// <exception cref="MLOpsException">NotFound: there is no such file. InvalidArgument: over 1 GiB.</exception>
    public async Task<byte[]> ReadModelAsync(string source, CancellationToken cancellationToken)
    {
        var folder = artifacts.Resolve(source);
        var entries = await folder.Store.ListAsync(folder.Path, cancellationToken);
        var file = MLmodel.DefaultOnnxFile;
        if (Find(entries, MLmodel.FileName) is { } description)
        {
            var text = await ReadTextAsync(folder.Store, description, cancellationToken);
            file = MLmodel.OnnxFile(text) ?? MLmodel.DefaultOnnxFile;
        }

        return await ReadAsync(folder.Store, folder.Combine(ArtifactPath.Check(file)), MaxModelBytes, cancellationToken);
    }

    /// <summary>The inputs by the signature in MLmodel; null when there is no such file, or no signature in it.</summary>
    /// <exception cref="MLOpsException">InvalidArgument: a signature that is not MLflow's.</exception>
    public async Task<SchemaField[]?> ReadSchemaAsync(string source, CancellationToken cancellationToken)
    {
        var folder = artifacts.Resolve(source);
        var entries = await folder.Store.ListAsync(folder.Path, cancellationToken);
        return Find(entries, MLmodel.FileName) is { } description && MLmodel.SignatureInputs(await ReadTextAsync(folder.Store, description, cancellationToken)) is { } inputs
            ? SignatureSchema.Parse(inputs)
            : null;
    }

    /// <summary>The reference profile's JSON, or null when the model came without one.</summary>
    public async Task<string?> ReadProfileAsync(string source, CancellationToken cancellationToken)
    {
        var folder = artifacts.Resolve(source);
        var entries = await folder.Store.ListAsync(folder.Path, cancellationToken);
        return Find(entries, ProfileFile) is { } profile ? await ReadTextAsync(folder.Store, profile, cancellationToken) : null;
    }

    private static string? Find(IReadOnlyList<ArtifactEntry> entries, string name) =>
        entries.FirstOrDefault(entry => !entry.IsDirectory && (entry.Path == name || entry.Path.EndsWith("/" + name, StringComparison.Ordinal)))?.Path;

    private static async Task<string> ReadTextAsync(IArtifactStore store, string path, CancellationToken cancellationToken) =>
        System.Text.Encoding.UTF8.GetString(await ReadAsync(store, path, MaxTextBytes, cancellationToken));

    private static async Task<byte[]> ReadAsync(IArtifactStore store, string path, long limit, CancellationToken cancellationToken)
    {
        await using var stream = await store.OpenReadAsync(path, cancellationToken);
        using var content = new MemoryStream();
        var buffer = new byte[1 << 16];
        int read;
        while ((read = await stream.ReadAsync(buffer, cancellationToken)) > 0)
        {
            if (content.Length + read > limit)
            {
                throw new MLOpsException(ProblemCode.InvalidArgument, $"'{path}' is over {limit >> 20} MiB and is not read.");
            }

            content.Write(buffer, 0, read);
        }

        return content.ToArray();
    }
}
