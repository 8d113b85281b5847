using MLOps.Client;
using MLOps.Client.Datasets;
using MLOps.Client.Models;
using MLOps.Client.Training;
using MLOps.Dashboard.Live;

namespace MLOps.Dashboard.Models;

/// <summary>Registered models, datasets and the catalogue.</summary>
public sealed class RegistryModel(MLOpsClient client) : LiveModel
{
    public IReadOnlyList<RegisteredModel> Models { get; private set; } = [];

    public IReadOnlyList<Dataset> Datasets { get; private set; } = [];

    public IReadOnlyList<CatalogModel> Catalog { get; private set; } = [];

    /// <summary>Registers a CSV file as a dataset.</summary>
    /// <returns>Whether it was taken.</returns>
    public Task<bool> UploadAsync(string name, string kind, Stream csv, CancellationToken cancellationToken) =>
        ActAsync(token => client.Datasets.UploadAsync(name, csv, kind, token), cancellationToken);

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
