using Orleans.CodeGeneration;
using Orleans.Concurrency;

namespace MLOps.Contracts.Datasets;

/// <summary>Owns one dataset (key: its name): its versions. The bytes lie in the artifact store, never in a grain message.</summary>
[Alias("mlops.IDatasetGrain"), Version(1)]
public interface IDatasetGrain : IGrainWithStringKey
{
    /// <summary>Registers the file at <paramref name="stagedSource"/> (an artifact URI that the gateway has written) as a version.
    /// Bytes that are registered already return their version again. A bad row refuses the whole file, naming line and column.</summary>
    /// <remarks>A file may be as large as the disk: reading, checking and copying it takes as long as that takes.</remarks>
    [Alias("register"), ResponseTimeout("01:00:00")]
    Task<DatasetRegistration> RegisterAsync(string kind, string stagedSource);

    /// <summary>Where the profile of a version is (an artifact URI of a <see cref="DatasetProfile"/> as JSON); null: there is no such version.</summary>
    [Alias("profile")]
    Task<string?> ProfileAsync(int version);

    /// <summary>All versions, oldest first; empty when the dataset does not exist.</summary>
    [Alias("versions"), ReadOnly]
    Task<IReadOnlyList<DatasetVersion>> GetVersionsAsync();
}
