using Orleans.CodeGeneration;

namespace MLOps.Contracts.Catalog;

/// <summary>The durable set of names of one kind of entity (key: one of <see cref="NameIndex"/>), so that they can be listed.
/// A name is added before its entity is first written, so nothing that exists is missing from the list.</summary>
[Alias("mlops.INameIndexGrain"), Version(1)]
public interface INameIndexGrain : IGrainWithStringKey
{
    /// <summary>Adds the name if it is new.</summary>
    [Alias("add")]
    Task AddAsync(string name);

    [Alias("remove")]
    Task RemoveAsync(string name);

    /// <summary>All names, in ordinal order.</summary>
    [Alias("list")]
    Task<IReadOnlyList<string>> ListAsync();
}

/// <summary>Keys of <see cref="INameIndexGrain"/>.</summary>
public static class NameIndex
{
    public const string Datasets = "datasets";
    public const string Endpoints = "endpoints";

    /// <summary>Endpoints, also removed ones, that have or may have alerts.</summary>
    public const string Monitors = "monitors";

    public const string TrainingJobs = "training-jobs";

    /// <summary>Jobs that have not ended: what a starting silo looks through.</summary>
    public const string OpenTrainingJobs = "training-jobs-open";

    /// <summary>Hyper-parameter searches.</summary>
    public const string Searches = "training-searches";

    /// <summary>Endpoints that have a retraining policy.</summary>
    public const string Retraining = "retraining";

    public const string BatchJobs = "batch-jobs";

    /// <summary>Batch jobs that have not ended, or whose end has not been tidied up.</summary>
    public const string OpenBatchJobs = "batch-jobs-open";

    /// <summary>The batch jobs of one model version, by the name it had then.</summary>
    public static string BatchJobsOf(string model, int version) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"batch-jobs-of/{model}/{version}");
}
