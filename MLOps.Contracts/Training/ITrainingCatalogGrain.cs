using Orleans.CodeGeneration;

namespace MLOps.Contracts.Training;

/// <summary>Tells what can be trained (key: 0). Stateless: every silo answers from its own catalogue.</summary>
[Alias("mlops.ITrainingCatalogGrain"), Version(1)]
public interface ITrainingCatalogGrain : IGrainWithIntegerKey
{
    /// <summary>All models, by category and name.</summary>
    [Alias("list")]
    Task<IReadOnlyList<CatalogModel>> ListAsync();
}
