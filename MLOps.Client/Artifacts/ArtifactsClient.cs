using System.Net.Http.Headers;
using System.Text.Json;
using MLOps.Client.Http;
using MLOps.Client.Runs;

namespace MLOps.Client.Artifacts;

/// <summary>Files of runs. Bytes are streamed both ways, through the gateway's artifact proxy.</summary>
public sealed class ArtifactsClient
{
    private const string Proxy = "api/2.0/mlflow-artifacts/artifacts";
    private const string ProxyScheme = "mlflow-artifacts:";
    private readonly Transport _transport;
    private readonly RunsClient _runs;

    internal ArtifactsClient(Transport transport, RunsClient runs)
    {
        _transport = transport;
        _runs = runs;
    }

    /// <param name="path">A folder inside the run's artifacts; null: the top.</param>
    public async Task<IReadOnlyList<ArtifactFile>> ListAsync(string runId, string? path = null, CancellationToken cancellationToken = default) =>
        (await _transport.GetAsync<ListAnswer>(
            QueryPath.WithQuery($"api/v1/mlflow/runs/{QueryPath.Segment(runId)}/artifacts", ("path", path)), cancellationToken)).Files ?? [];

    /// <inheritdoc cref="UploadAsync(Run,string,Stream,CancellationToken)"/>
    public async Task UploadAsync(string runId, string path, Stream content, CancellationToken cancellationToken = default) =>
        await UploadAsync(await _runs.GetAsync(runId, cancellationToken), path, content, cancellationToken);

    /// <summary>Writes one file, replacing an older one.</summary>
    /// <param name="path">Path inside the run's artifacts, for example <c>model/model.onnx</c>.</param>
    /// <exception cref="NotSupportedException">The run's files are not behind the gateway's proxy.</exception>
    public async Task UploadAsync(Run run, string path, Stream content, CancellationToken cancellationToken = default)
    {
        var body = new StreamContent(content);
        body.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        await _transport.SendAsync<JsonElement>(HttpMethod.Put, ProxyPath(run, path), body, cancellationToken);
    }

    /// <summary>Opens one file; the caller disposes the stream.</summary>
    /// <exception cref="NotSupportedException">The run's files are not behind the gateway's proxy.</exception>
    public async Task<Stream> DownloadAsync(string runId, string path, CancellationToken cancellationToken = default)
    {
        var run = await _runs.GetAsync(runId, cancellationToken);
        var response = await _transport.SendAsync(HttpMethod.Get, ProxyPath(run, path), null, cancellationToken);

        // Disposing the stream returns the connection; the message holds nothing else.
        return await response.Content.ReadAsStreamAsync(cancellationToken);
    }

    private static string ProxyPath(Run run, string path)
    {
        var uri = run.Info.ArtifactUri ?? "";
        if (!uri.StartsWith(ProxyScheme, StringComparison.OrdinalIgnoreCase))
        {
            throw new NotSupportedException(
                $"Artifacts of run {run.Info.RunId} are at '{uri}': expected an {ProxyScheme}/… address, which the gateway serves. Use that store's own client.");
        }

        var root = uri[ProxyScheme.Length..];
        if (root.StartsWith("//", StringComparison.Ordinal))
        {
            // mlflow-artifacts://host:port/path names the server too; the path is what counts.
            var slash = root.IndexOf('/', 2);
            root = slash < 0 ? "" : root[slash..];
        }

        return $"{Proxy}/{QueryPath.Segments(root.Trim('/'))}/{QueryPath.Segments(path.TrimStart('/'))}";
    }

    private sealed record ListAnswer(IReadOnlyList<ArtifactFile>? Files);
}
