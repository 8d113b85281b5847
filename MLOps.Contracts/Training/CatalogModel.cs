namespace MLOps.Contracts.Training;

/// <summary>A model of the catalogue, as forms need it.</summary>
/// <param name="Inputs">Of what is served.</param>
/// <param name="Outputs">Of what is served.</param>
/// <param name="Data">What a dataset must have.</param>
/// <param name="Evaluations">Methods by which it can be evaluated.</param>
/// <param name="NeedsUnbrokenRows">Why it takes no cross-validation, which takes rows out in between; null: it does.</param>
/// <param name="TakesFeatures">Whether it can be trained behind a feature pipeline, with some hyper-parameters at least.</param>
[GenerateSerializer, Immutable, Alias("mlops.CatalogModel")]
public sealed record CatalogModel(
    [property: Id(0)] string Id,
    [property: Id(1)] string Name,
    [property: Id(2)] string Category,
    [property: Id(3)] string Description,
    [property: Id(4)] IReadOnlyList<CatalogHyperParameter> HyperParameters,
    [property: Id(5)] IReadOnlyList<CatalogTensor> Inputs,
    [property: Id(6)] IReadOnlyList<CatalogTensor> Outputs,
    [property: Id(7)] CatalogData Data,
    [property: Id(8)] IReadOnlyList<string> Evaluations,
    [property: Id(9)] string? NeedsUnbrokenRows,
    [property: Id(10)] bool TakesFeatures);

/// <param name="Type"><c>float32</c>, <c>float64</c>, <c>int64</c>.</param>
/// <param name="Shape">-1 where a length is free, or the data or a hyper-parameter decides it.</param>
[GenerateSerializer, Immutable, Alias("mlops.CatalogTensor")]
public sealed record CatalogTensor([property: Id(0)] string Name, [property: Id(1)] string Type, [property: Id(2)] IReadOnlyList<long> Shape);

/// <param name="Kind"><c>ohlcv</c>: daily bars alone; <c>table</c>: any dataset with these columns.</param>
/// <param name="NeedsTime">Whether there must be a column <c>date</c> or <c>time</c>.</param>
/// <param name="MinimumNumbers">How many columns of numbers there must be at least, where the model takes all of them; 0: it does not.</param>
[GenerateSerializer, Immutable, Alias("mlops.CatalogData")]
public sealed record CatalogData(
    [property: Id(0)] string Kind,
    [property: Id(1)] bool NeedsTime,
    [property: Id(2)] IReadOnlyList<CatalogColumn> Columns,
    [property: Id(3)] int MinimumNumbers,
    [property: Id(4)] string Description);

/// <param name="Type"><c>number</c> or <c>text</c>.</param>
[GenerateSerializer, Immutable, Alias("mlops.CatalogColumn")]
public sealed record CatalogColumn([property: Id(0)] string Name, [property: Id(1)] string Type);
