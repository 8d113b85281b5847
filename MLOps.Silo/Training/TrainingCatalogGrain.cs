using MLOps.Contracts.Training;
using MLOps.Models.Catalog;
using MLOps.Models.Data;
using MLOps.Silo.Datasets;
using Orleans.Concurrency;

namespace MLOps.Silo.Training;

[GrainType("training-catalog"), StatelessWorker]
internal sealed class TrainingCatalogGrain(ModelCatalog catalog) : Grain, ITrainingCatalogGrain
{
    public Task<IReadOnlyList<CatalogModel>> ListAsync() => Task.FromResult<IReadOnlyList<CatalogModel>>(
        [.. catalog.Definitions
            .OrderBy(model => model.Category, StringComparer.Ordinal)
            .ThenBy(model => model.Name, StringComparer.Ordinal)
            .Select(model => new CatalogModel(
                model.Id,
                model.Name,
                model.Category,
                model.Description,
                [.. model.HyperParameters.Select(ToContract)],
                [.. model.Signature.Inputs.Select(ToContract)],
                [.. model.Signature.Outputs.Select(ToContract)],
                ToContract(model.Data),
                JobEvaluation.MethodsOf(model),
                model.Continuity.Reason,
                model.TakesFeatures))]);

    private static CatalogTensor ToContract(TensorSpec tensor) => new(tensor.Name, tensor.ElementType, [.. tensor.Shape]);

    private static CatalogData ToContract(DataNeeds needs) => new(
        needs.IsBars ? OhlcvColumns.Kind : DatasetValidator.TableKind,
        needs.HasTimes,
        [.. needs.Columns.Select(column => new CatalogColumn(column.Name, column.IsNumber ? "number" : "text"))],
        needs.MinimumNumbers,
        needs.Description);

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
