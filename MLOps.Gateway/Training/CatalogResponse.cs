using MLOps.Contracts.Training;

namespace MLOps.Gateway.Training;

internal sealed record CatalogResponse(IReadOnlyList<CatalogModel> Models);
