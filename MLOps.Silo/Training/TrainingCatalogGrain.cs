using MLOps.Contracts.Training;
using MLOps.Models.Catalog;
using Orleans.Concurrency;

namespace MLOps.Silo.Training;

[GrainType("training-catalog"), StatelessWorker]
internal sealed class TrainingCatalogGrain(ModelCatalog catalog) : Grain, ITrainingCatalogGrain
{
    public Task<IReadOnlyList<CatalogModel>> ListAsync() => Task.FromResult<IReadOnlyList<CatalogModel>>(
        [.. catalog.Definitions
            .OrderBy(model => model.Category, StringComparer.Ordinal)
            .ThenBy(model => model.Name, StringComparer.Ordinal)
            .Select(model => new CatalogModel(model.Id, model.Name, model.Category, model.Description, [.. model.HyperParameters.Select(ToContract)]))]);

    private static CatalogHyperParameter ToContract(HyperParameter parameter) => new(
        parameter.Name,
        parameter.Type switch
        {
            HyperParameterType.WholeNumber => "integer",
            HyperParameterType.RealNumber => "number",
            _ => "string",
        },
        parameter.Default,
        parameter.Minimum,
        parameter.Maximum,
        parameter.Description,
        [.. parameter.Choices]);
}
