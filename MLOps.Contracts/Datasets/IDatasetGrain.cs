using Orleans.CodeGeneration;
using Orleans.Concurrency;

namespace MLOps.Contracts.Datasets;

/// <summary>Owns one dataset (key: its name): its versions. The bytes lie in the artifact store, never in a grain message.</summary>
[Alias("mlops.IDatasetGrain"), Version(1)]
public interface IDatasetGrain : IGrainWithStringKey
{
    /// <summary>Registers the file at <paramref name="stagedSource"/> (an artifact URI that the gateway has written) as a version.
    /// Bytes that are registered already return their version again. A bad row refuses the whole file, naming line and column.
    /// The file is read twice and copied once, which takes minutes of a large one: a caller waits for <see cref="Patience"/>, and the registration goes on when the caller has given up.</summary>
    [Alias("register"), ResponseTimeout(Patience)]
    Task<DatasetRegistration> RegisterAsync(string kind, string stagedSource);

    /// <summary>Where the profile of a version is (an artifact URI of a <see cref="DatasetProfile"/> as JSON); null: there is no such version.</summary>
    [Alias("profile"), ResponseTimeout(Patience)]
    Task<string?> ProfileAsync(int version);

    /// <summary>All versions, oldest first, also while another is being registered; empty when the dataset does not exist.</summary>
    [Alias("versions"), AlwaysInterleave]
    Task<IReadOnlyList<DatasetVersion>> GetVersionsAsync();

    /// <summary>How long callers wait for what reads a whole file; Orleans' own 30 s would tell of a failure where there is none.</summary>
    const string Patience = "00:10:00";
}
