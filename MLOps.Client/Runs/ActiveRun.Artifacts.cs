using System.Text;
using System.Text.Json;

namespace MLOps.Client.Runs;

/// <content>Files of the run.</content>
public sealed partial class ActiveRun
{
    private static readonly JsonSerializerOptions Indented = new(JsonSerializerOptions.Web) { WriteIndented = true };

    /// <summary>Writes one file from a stream, which stays open. A stream that can seek is sent again when that helps; another one is sent once.</summary>
    /// <param name="path">Path inside the run's artifacts, for example <c>model/model.onnx</c>.</param>
    public Task LogArtifactAsync(string path, Stream content, CancellationToken cancellationToken = default)
    {
        if (!content.CanSeek)
        {
            return Client.Artifacts.UploadAsync(Run, path, content, cancellationToken);
        }

        var start = content.Position;
        return _retry.RunAsync(
            token =>
            {
                content.Position = start;
                return Client.Artifacts.UploadAsync(Run, path, content, token);
            },
            cancellationToken);
    }

    /// <summary>Writes one local file.</summary>
    /// <param name="artifactFolder">Folder inside the run's artifacts; null: the top.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public async Task LogFileAsync(string file, string? artifactFolder = null, CancellationToken cancellationToken = default)
    {
        await using var content = File.OpenRead(file);
        await LogArtifactAsync(Join(artifactFolder, Path.GetFileName(file)), content, cancellationToken);
    }

    /// <summary>Writes a local folder's files, sub-folders included.</summary>
    /// <param name="artifactFolder">Folder inside the run's artifacts; null: the top.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public async Task LogFolderAsync(string folder, string? artifactFolder = null, CancellationToken cancellationToken = default)
    {
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            var inside = Path.GetDirectoryName(Path.GetRelativePath(folder, file))!.Replace(Path.DirectorySeparatorChar, '/');
            await LogFileAsync(file, inside.Length == 0 ? artifactFolder : Join(artifactFolder, inside), cancellationToken);
        }
    }

    /// <summary>Writes a text file in UTF-8.</summary>
    /// <param name="path">Path inside the run's artifacts, for example <c>notes/readme.md</c>.</param>
    public async Task LogTextAsync(string path, string text, CancellationToken cancellationToken = default)
    {
        using var content = new MemoryStream(Encoding.UTF8.GetBytes(text));
        await LogArtifactAsync(path, content, cancellationToken);
    }

    /// <summary>Writes a value as a JSON file (camelCase, indented).</summary>
    public async Task LogJsonAsync<T>(string path, T value, CancellationToken cancellationToken = default)
    {
        using var content = new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(value, Indented));
        await LogArtifactAsync(path, content, cancellationToken);
    }

    private static string Join(string? folder, string name) => string.IsNullOrEmpty(folder) ? name : $"{folder.TrimEnd('/')}/{name}";
}
