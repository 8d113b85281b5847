namespace MLOps.Contracts.Datasets;

/// <summary>A column and how it looked when the version was registered.</summary>
/// <param name="Type"><c>date</c>, <c>datetime</c>, <c>double</c>, <c>long</c>, <c>boolean</c> or <c>string</c>.</param>
[GenerateSerializer, Immutable, Alias("mlops.DatasetColumn")]
public sealed record DatasetColumn(
    [property: Id(0)] string Name,
    [property: Id(1)] string Type,
    [property: Id(2)] long Missing,
    [property: Id(3)] double? Min,
    [property: Id(4)] double? Max,
    [property: Id(5)] double? Mean);

/// <summary>What came of registering a file.</summary>
/// <param name="Version">The version that has the file's bytes.</param>
/// <param name="IsNew">Whether it was made now; false: these bytes were registered before.</param>
[GenerateSerializer, Immutable, Alias("mlops.DatasetRegistration")]
public sealed record DatasetRegistration([property: Id(0)] DatasetVersion Version, [property: Id(1)] bool IsNew);

/// <summary>One immutable version of a dataset.</summary>
/// <param name="Digest">First 16 hex digits of the SHA-256 of the file's bytes; the same bytes never make a second version.</param>
/// <param name="Kind"><c>ohlcv</c> (date, open, high, low, close, volume; checked) or <c>table</c> (where it has a column date or time: times that do not decrease).</param>
/// <param name="FirstDate">Of the column date or time; null: there is none.</param>
/// <param name="Source">The file; its extension is csv, parquet or jsonl.</param>
/// <param name="CreationTime">Unix ms.</param>
[GenerateSerializer, Immutable, Alias("mlops.DatasetVersion")]
public sealed record DatasetVersion(
    [property: Id(0)] string Name,
    [property: Id(1)] int Version,
    [property: Id(2)] string Digest,
    [property: Id(3)] string Kind,
    [property: Id(4)] long Rows,
    [property: Id(5)] IReadOnlyList<DatasetColumn> Columns,
    [property: Id(6)] string? FirstDate,
    [property: Id(7)] string? LastDate,
    [property: Id(8)] string Source,
    [property: Id(9)] long CreationTime);
