using MLOps.Client;
using MLOps.Client.Datasets;
using MLOps.Client.Models;
using MLOps.Client.Training;
using MLOps.Dashboard.Datasets;
using MLOps.Dashboard.Live;

namespace MLOps.Dashboard.Models;

/// <summary>Registered models, datasets and the catalogue.</summary>
public sealed class RegistryModel(MLOpsClient client) : LiveModel
{
    /// <summary>Of a dataset, at each end.</summary>
    private const int ShownRows = 5;

    public IReadOnlyList<RegisteredModel> Models { get; private set; } = [];

    public IReadOnlyList<Dataset> Datasets { get; private set; } = [];

    public IReadOnlyList<CatalogModel> Catalog { get; private set; } = [];

    /// <summary>The version that is looked at; null: none.</summary>
    public DatasetView? View { get; private set; }

    /// <summary>Registers a file as a dataset.</summary>
    /// <returns>Whether it was taken.</returns>
    public Task<bool> UploadAsync(string name, string kind, Stream file, CancellationToken cancellationToken) =>
        ActAsync(token => client.Datasets.UploadAsync(name, file, kind, token), cancellationToken);

    /// <summary>Shows how a version's columns are distributed, and some of its rows.</summary>
    public Task<bool> ViewAsync(DatasetVersion version, CancellationToken cancellationToken) => ActAsync(
        async token => View = new DatasetView(
            version,
            await client.Datasets.ProfileAsync(version.Name, version.Version, token),
            await client.Datasets.PreviewAsync(version.Name, version.Version, ShownRows, token)),
        cancellationToken);

    public void CloseView() => View = null;

    protected override async Task LoadAsync(CancellationToken cancellationToken)
    {
        Models = await client.Models.ListAsync(cancellationToken);
        Datasets = await client.Datasets.ListAsync(cancellationToken);
        if (Catalog.Count == 0)
        {
            Catalog = await client.Training.GetCatalogAsync(cancellationToken);
        }
    }
}
