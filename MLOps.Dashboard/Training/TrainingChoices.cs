using MLOps.Client;
using MLOps.Client.Datasets;
using MLOps.Client.Training;
using MLOps.Dashboard.Live;

namespace MLOps.Dashboard.Training;

/// <summary>A page with a form that trains something: what it can be, and on what.</summary>
public abstract class TrainingChoices(MLOpsClient client) : LiveModel
{
    protected MLOpsClient Client { get; } = client;

    public IReadOnlyList<CatalogModel> Catalog { get; private set; } = [];

    public IReadOnlyList<Dataset> Datasets { get; private set; } = [];

    /// <summary>Asks for both; the catalogue once, since it changes with the server's release alone.</summary>
    protected async Task LoadChoicesAsync(CancellationToken cancellationToken)
    {
        Datasets = await Client.Datasets.ListAsync(cancellationToken);
        if (Catalog.Count == 0)
        {
            Catalog = await Client.Training.GetCatalogAsync(cancellationToken);
        }
    }
}
