using System.Text.Json;
using MLOps.Contracts.Problems;
using MLOps.Tracking.Artifacts;

namespace MLOps.Tracking.Rest;

/// <summary>Artifacts behind an upstream's own <c>mlflow-artifacts:/</c>: passed through in both directions, never held in memory.</summary>
internal sealed class UpstreamArtifactStore(UpstreamClient client) : IArtifactStore
{
    private const string Proxy = "api/2.0/mlflow-artifacts/artifacts";
    private const int BufferSize = 128 * 1024;

    /// <summary>The file's length goes ahead of it: some servers of MLflow take a body of unknown length for an empty one.
    /// So what cannot say its length is put into a temporary file first.</summary>
    public async Task WriteAsync(string path, Stream content, CancellationToken cancellationToken = default)
    {
        var target = Locate(path);
        if (content.CanSeek)
        {
            await client.UploadAsync(target, content, cancellationToken);
            return;
        }

        await using var spooled = await SpoolAsync(content, cancellationToken);
        await client.UploadAsync(target, spooled, cancellationToken);
    }

    public async Task<Stream> OpenReadAsync(string path, CancellationToken cancellationToken = default)
    {
        var target = Locate(path);
        var answer = await client.DownloadAsync(target, cancellationToken);
        var body = new DownloadStream(client, target, answer, await answer.Content.ReadAsStreamAsync(cancellationToken));
        if (answer.Content.Headers.ContentLength is not null)
        {
            return body;
        }

        await using (body)
        {
            return await SpoolAsync(body, cancellationToken);
        }
    }

    /// <summary>MLflow's servers know no ranges: what lies before the part is read and thrown away.</summary>
    public async Task<ArtifactPart?> OpenReadAsync(string path, ArtifactRange range, CancellationToken cancellationToken = default)
    {
        var content = await OpenReadAsync(path, cancellationToken);
        try
        {
            if (range.Within(content.Length) is { } part)
            {
                var buffer = new byte[BufferSize];
                for (var left = part.First; left > 0;)
                {
                    var step = (int)Math.Min(left, buffer.Length);
                    await content.ReadExactlyAsync(buffer.AsMemory(0, step), cancellationToken);
                    left -= step;
                }

                return new ArtifactPart(new LimitedStream(content, part.Count), part.First, part.Count, content.Length);
            }
        }
        catch
        {
            await content.DisposeAsync();
            throw;
        }

        await content.DisposeAsync();
        return null;
    }

    public async Task<IReadOnlyList<ArtifactEntry>> ListAsync(string path, CancellationToken cancellationToken = default)
    {
        var folder = ArtifactPath.Check(path);
        var call = new UpstreamCall(HttpMethod.Get, folder.Length == 0 ? Proxy : $"{Proxy}?path={Uri.EscapeDataString(folder)}", IsIdempotent: true);
        return await client.CallAsync(call, answer => (IReadOnlyList<ArtifactEntry>)[.. answer.Items("files").Select(file => Entry(folder, file))], cancellationToken);
    }

    public Task DeleteAsync(string path, CancellationToken cancellationToken = default) =>
        client.CallAsync(new UpstreamCall(HttpMethod.Delete, Locate(path), IsIdempotent: true), cancellationToken);

    private static ArtifactEntry Entry(string folder, JsonElement file)
    {
        var name = file.Text("path");
        var isDirectory = file.Flag("is_dir");
        return new ArtifactEntry(folder.Length == 0 ? name : $"{folder}/{name}", isDirectory, isDirectory ? null : file.OptionalLong("file_size"));
    }

    private static string Locate(string path)
    {
        var file = ArtifactPath.Check(path);
        return file.Length > 0
            ? $"{Proxy}/{string.Join('/', file.Split('/').Select(Uri.EscapeDataString))}"
            : throw new MLOpsException(ProblemCode.InvalidArgument, "The artifact root is no file: name a file or directory in it");
    }

    /// <returns>A temporary file at its start, gone when it is closed.</returns>
    private static async Task<FileStream> SpoolAsync(Stream content, CancellationToken cancellationToken)
    {
        var file = new FileStream(
            Path.Combine(Path.GetTempPath(), $"mlops-{Guid.NewGuid():n}"),
            new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.ReadWrite,
                Share = FileShare.None,
                BufferSize = BufferSize,
                Options = FileOptions.Asynchronous | FileOptions.DeleteOnClose,
            });
        try
        {
            await content.CopyToAsync(file, cancellationToken);
            file.Position = 0;
            return file;
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }
}
