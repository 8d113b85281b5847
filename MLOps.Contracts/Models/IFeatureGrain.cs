using Orleans.CodeGeneration;
using Orleans.Concurrency;

namespace MLOps.Contracts.Models;

/// <summary>Makes features and inputs of model versions out of raw rows (key: 0). Stateless: every silo answers.</summary>
[Alias("mlops.IFeatureGrain"), Version(2)]
public interface IFeatureGrain : IGrainWithIntegerKey
{
    /// <param name="location">Artifact URI of the version's folder.</param>
    /// <param name="rows">Raw rows as a file: CSV, Parquet or JSON lines. At most <see cref="MaximumBytes"/>.</param>
    /// <returns>The features of each row that has the history they need, as the model takes them.</returns>
    /// <exception cref="Problems.MLOpsException">InvalidState: the version has no pipeline. InvalidArgument: the rows do not fit it.</exception>
    [Alias("compute")]
    Task<FeatureRows> ComputeAsync(string location, Immutable<byte[]> rows);

    /// <param name="location">Artifact URI of the version's folder.</param>
    /// <param name="rows">Raw rows as a file: CSV, Parquet or JSON lines. At most <see cref="MaximumBytes"/>.</param>
    /// <returns>The inputs of the version's model for each row that has the history it needs, through the version's own pipeline where it has one.</returns>
    /// <exception cref="Problems.MLOpsException">InvalidState: the version's inputs are made of more than rows. InvalidArgument: the rows do not fit it, or are too few; the message says how many are needed.</exception>
    [Alias("inputs")]
    Task<RowInputs> InputsAsync(string location, Immutable<byte[]> rows);

    /// <summary>Of the rows of one request.</summary>
    const int MaximumBytes = 4 << 20;
}

/// <param name="Names">One a column.</param>
/// <param name="Times">ISO 8601, one a row; null: the rows have no times.</param>
/// <param name="Values">Float64, little endian, row by row.</param>
/// <param name="Lookback">Raw rows before the first that has all features.</param>
[GenerateSerializer, Immutable, Alias("mlops.FeatureRows")]
public sealed record FeatureRows(
    [property: Id(0)] IReadOnlyList<string> Names,
    [property: Id(1)] IReadOnlyList<string>? Times,
    [property: Id(2)] byte[] Values,
    [property: Id(3)] int Lookback);
