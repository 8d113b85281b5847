using System.Text.Json;
using MLOps.Client.Http;
using MLOps.Client.Runs;

namespace MLOps.Client.Artifacts;

/// <summary>Files of runs. Bytes are streamed both ways, through the server's artifact proxy.</summary>
public sealed class ArtifactsClient
{
    private readonly Transport _transport;
    private readonly RunsClient _runs;

    internal ArtifactsClient(Transport transport, RunsClient runs)
    {
        _transport = transport;
        _runs = runs;
    }

    /// <param name="path">A folder inside the run's artifacts; null: the top.</param>
    public async Task<IReadOnlyList<ArtifactFile>> ListAsync(string runId, string? path = null, CancellationToken cancellationToken = default) =>
        await Paging.ReadAsync<ArtifactFile>(
            async (token, cancelled) =>
            {
                var route = QueryPath.WithQuery("api/2.0/mlflow/artifacts/list", ("run_id", runId), ("path", path), ("page_token", token));
                var answer = await _transport.GetAsync<ListAnswer>(route, cancelled);
                return (answer.Files, answer.NextPageToken);
            },
            cancellationToken).ToListAsync(cancellationToken);

    /// <inheritdoc cref="UploadAsync(Run,string,Stream,CancellationToken)"/>
    public async Task UploadAsync(string runId, string path, Stream content, CancellationToken cancellationToken = default) =>
        await UploadAsync(await _runs.GetAsync(runId, cancellationToken), path, content, cancellationToken);

    /// <summary>Writes one file, replacing an older one. The stream is read from where it stands, and stays open.</summary>
    /// <param name="path">Path inside the run's artifacts, for example <c>model/model.onnx</c>.</param>
    /// <exception cref="NotSupportedException">The run's files are not behind the server's proxy.</exception>
    public async Task UploadAsync(Run run, string path, Stream content, CancellationToken cancellationToken = default) =>
        await _transport.SendAsync<JsonElement>(HttpMethod.Put, ArtifactAddress.Route(Root(run), path), new KeepOpenStreamContent(content), cancellationToken);

    /// <summary>Opens one file; the caller disposes the stream.</summary>
    /// <exception cref="NotSupportedException">The run's files are not behind the server's proxy.</exception>
    public async Task<Stream> DownloadAsync(string runId, string path, CancellationToken cancellationToken = default) =>
        await OpenAsync(ArtifactAddress.Route(Root(await _runs.GetAsync(runId, cancellationToken)), path), cancellationToken);

    /// <summary>Writes a run's file or folder into a local folder.</summary>
    /// <param name="path">Inside the run's artifacts; null: everything. Files keep their place below it.</param>
    /// <param name="localFolder">Made when missing; files of the same name are replaced.</param>
    /// <returns>The local files, in the order of their names.</returns>
    /// <exception cref="NotSupportedException">The run's files are not behind the server's proxy.</exception>
    public async Task<IReadOnlyList<string>> DownloadToAsync(string runId, string? path, string localFolder, CancellationToken cancellationToken = default)
    {
        var run = await _runs.GetAsync(runId, cancellationToken);
        return await DownloadTreeAsync(ArtifactAddress.Join(Root(run), path ?? ""), localFolder, cancellationToken);
    }

    /// <summary>Removes a file, or a folder with what is in it.</summary>
    /// <exception cref="NotSupportedException">The run's files are not behind the server's proxy.</exception>
    public async Task DeleteAsync(string runId, string path, CancellationToken cancellationToken = default)
    {
        var run = await _runs.GetAsync(runId, cancellationToken);
        using var answer = await _transport.SendAsync(HttpMethod.Delete, ArtifactAddress.Route(Root(run), path), null, cancellationToken);
    }

    /// <summary>Writes what an address of the proxy holds into a local folder.</summary>
    /// <param name="owner">Whose files they are, for the message.</param>
    internal Task<IReadOnlyList<string>> DownloadTreeAsync(string? uri, string owner, string localFolder, CancellationToken cancellationToken) =>
        DownloadTreeAsync(ArtifactAddress.Root(uri, owner), localFolder, cancellationToken);

    private static string Root(Run run) => ArtifactAddress.Root(run.Info.ArtifactUri, $"run {run.Info.RunId}");

    private async Task<IReadOnlyList<string>> DownloadTreeAsync(string root, string localFolder, CancellationToken cancellationToken)
    {
        var files = new List<string>();
        Directory.CreateDirectory(localFolder);
        await DownloadFolderAsync(root, localFolder, files, cancellationToken);
        if (files.Count == 0 && root.Length > 0)
        {
            // A list of nothing: an empty folder, a single file, or nothing at all, and then opening it says so.
            await DownloadFileAsync(root, Local(localFolder, root[(root.LastIndexOf('/') + 1)..]), files, cancellationToken);
        }

        files.Sort(StringComparer.Ordinal);
        return files;
    }

    private async Task DownloadFolderAsync(string folder, string local, List<string> files, CancellationToken cancellationToken)
    {
        var listed = await _transport.GetAsync<ListAnswer>(QueryPath.WithQuery(ArtifactAddress.Proxy, ("path", folder)), cancellationToken);
        foreach (var entry in listed.Files ?? [])
        {
            var inside = ArtifactAddress.Join(folder, entry.Path);
            if (entry.IsDir)
            {
                await DownloadFolderAsync(inside, Local(local, entry.Path), files, cancellationToken);
            }
            else
            {
                await DownloadFileAsync(inside, Local(local, entry.Path), files, cancellationToken);
            }
        }
    }

    private async Task DownloadFileAsync(string path, string local, List<string> files, CancellationToken cancellationToken)
    {
        await using var content = await OpenAsync(ArtifactAddress.Route("", path), cancellationToken);
        Directory.CreateDirectory(Path.GetDirectoryName(local)!);
        await using var file = File.Create(local);
        try
        {
            await content.CopyToAsync(file, cancellationToken);
        }
        catch (Exception e) when (e is HttpRequestException or HttpIOException)
        {
            throw _transport.Unreachable(e);
        }

        files.Add(local);
    }

    /// <exception cref="MLOpsClientException">The server's name for a file would leave the folder.</exception>
    private static string Local(string folder, string name)
    {
        var root = Path.GetFullPath(folder);
        var full = Path.GetFullPath(Path.Combine(root, name));
        return full.StartsWith(root.TrimEnd(Path.DirectorySeparatorChar) + Path.DirectorySeparatorChar, StringComparison.Ordinal)
            ? full
            : throw new MLOpsClientException($"The server names a file '{name}', which is outside its folder.", MLOpsClientException.BadAnswer);
    }

    private async Task<Stream> OpenAsync(string route, CancellationToken cancellationToken)
    {
        var response = await _transport.SendAsync(HttpMethod.Get, route, null, cancellationToken);

        // Disposing the stream returns the connection; the message holds nothing else.
        return await response.Content.ReadAsStreamAsync(cancellationToken);
    }

    private sealed record ListAnswer(IReadOnlyList<ArtifactFile>? Files, string? NextPageToken);
}
