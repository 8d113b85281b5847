using MLOps.Contracts.Problems;
using MLOps.Tracking;

namespace MLOps.Silo.Endpoints;

/// <summary>Reads what serving needs from a version's folder in the artifact store.</summary>
internal sealed class ModelFiles(IArtifactStore artifacts)
{
    private const string DefaultFile = "model.onnx";
    private const string MLmodelFile = "MLmodel";
    private const string ProfileFile = "reference_profile.json";
    private const long MaxModelBytes = 1L << 30;
    private const long MaxTextBytes = 16L << 20;

    /// <summary>The ONNX bytes: the file that MLmodel's onnx flavor names, else <c>model.onnx</c>.</summary>
    /// <exception cref="MLOpsException">NotFound: there is no such file. InvalidArgument: over 1 GiB.</exception>
    public async Task<byte[]> ReadModelAsync(string source, CancellationToken cancellationToken)
    {
        var folder = ArtifactUri.ToStorePath(source);
        var entries = await artifacts.ListAsync(folder, cancellationToken);
        var file = DefaultFile;
        if (Find(entries, MLmodelFile) is { } description)
        {
            var text = await ReadTextAsync(description, cancellationToken);
            file = MLmodel.OnnxFile(text) ?? DefaultFile;
        }

        var path = ArtifactPath.Check($"{folder}/{ArtifactPath.Check(file)}");
        return await ReadAsync(path, MaxModelBytes, cancellationToken);
    }

    /// <summary>The reference profile's JSON, or null when the model came without one.</summary>
    public async Task<string?> ReadProfileAsync(string source, CancellationToken cancellationToken)
    {
        var entries = await artifacts.ListAsync(ArtifactUri.ToStorePath(source), cancellationToken);
        return Find(entries, ProfileFile) is { } profile ? await ReadTextAsync(profile, cancellationToken) : null;
    }

    private static string? Find(IReadOnlyList<ArtifactEntry> entries, string name) =>
        entries.FirstOrDefault(entry => !entry.IsDirectory && (entry.Path == name || entry.Path.EndsWith("/" + name, StringComparison.Ordinal)))?.Path;

    private async Task<string> ReadTextAsync(string path, CancellationToken cancellationToken) =>
        System.Text.Encoding.UTF8.GetString(await ReadAsync(path, MaxTextBytes, cancellationToken));

    private async Task<byte[]> ReadAsync(string path, long limit, CancellationToken cancellationToken)
    {
        await using var stream = await artifacts.OpenReadAsync(path, cancellationToken);
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
