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

    /// <summary>Registers a CSV file. Bytes that are registered already give the version that they are.</summary>
    /// <param name="kind"><c>ohlcv</c> (date, open, high, low, close, volume; checked) or <c>table</c>.</param>
    public async Task<DatasetVersion> UploadAsync(string name, Stream csv, string kind = "ohlcv", CancellationToken cancellationToken = default)
    {
        var content = new StreamContent(csv);
        content.Headers.ContentType = new MediaTypeHeaderValue("text/csv");
        return await _transport.SendAsync<DatasetVersion>(HttpMethod.Post, QueryPath.WithQuery(Root, ("name", name), ("kind", kind)), content, cancellationToken);
    }

    private sealed record ListAnswer(IReadOnlyList<Dataset>? Datasets);
}
