using System.Globalization;
using System.Net.Http.Headers;
using MLOps.Client.Http;

namespace MLOps.Client.Datasets;

/// <summary>Datasets for training.</summary>
public sealed class DatasetsClient
{
    private const string Root = "mlops/datasets";
    private readonly Transport _transport;

    internal DatasetsClient(Transport transport) => _transport = transport;

    public async Task<IReadOnlyList<Dataset>> ListAsync(CancellationToken cancellationToken = default) =>
        (await _transport.GetAsync<ListAnswer>(Root, cancellationToken)).Datasets ?? [];

    public Task<Dataset> GetAsync(string name, CancellationToken cancellationToken = default) =>
        _transport.GetAsync<Dataset>($"{Root}/{QueryPath.Segment(name)}", cancellationToken);

    /// <summary>Registers a CSV (with a header line), Parquet or JSON lines file. Bytes that are registered already give the version that they are. A bad row refuses the file, naming line and column.</summary>
    /// <param name="kind"><c>ohlcv</c> (date, open, high, low, close, volume; checked) or <c>table</c>.</param>
    public async Task<DatasetVersion> UploadAsync(string name, Stream file, string kind = "ohlcv", CancellationToken cancellationToken = default)
    {
        var content = new StreamContent(file);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        return await _transport.SendAsync<DatasetVersion>(HttpMethod.Post, QueryPath.WithQuery(Root, ("name", name), ("kind", kind)), content, cancellationToken);
    }

    /// <summary>Registers a file of the server's import folder, as <see cref="UploadAsync"/> does.</summary>
    /// <param name="path">Relative to that folder.</param>
    public Task<DatasetVersion> ImportAsync(string name, string path, string kind = "ohlcv", CancellationToken cancellationToken = default) =>
        _transport.SendAsync<DatasetVersion>(HttpMethod.Post, QueryPath.WithQuery(Root, ("name", name), ("kind", kind), ("path", path)), null, cancellationToken);

    /// <summary>The first and last rows of a version.</summary>
    /// <param name="rows">At each end, 1 to 50.</param>
    public Task<DatasetPreview> PreviewAsync(string name, int version, int rows = 10, CancellationToken cancellationToken = default) =>
        _transport.GetAsync<DatasetPreview>(QueryPath.WithQuery($"{VersionPath(name, version)}/preview", ("rows", Number(rows))), cancellationToken);

    /// <summary>Type, missing values, quantiles and histogram of each column of a version.</summary>
    public Task<DatasetProfile> ProfileAsync(string name, int version, CancellationToken cancellationToken = default) =>
        _transport.GetAsync<DatasetProfile>($"{VersionPath(name, version)}/profile", cancellationToken);

    private static string VersionPath(string name, int version) => $"{Root}/{QueryPath.Segment(name)}/versions/{Number(version)}";

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    private sealed record ListAnswer(IReadOnlyList<Dataset>? Datasets);
}
