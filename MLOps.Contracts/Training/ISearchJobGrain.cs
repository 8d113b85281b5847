using Orleans.CodeGeneration;
using Orleans.Concurrency;

namespace MLOps.Contracts.Training;

/// <summary>Owns one hyper-parameter search (key: search id, 32 hex digits): chooses the points, has each trained by a job of its own, and remembers what came of it.</summary>
[Alias("mlops.ISearchJobGrain"), Version(1)]
public interface ISearchJobGrain : IGrainWithStringKey
{
    /// <exception cref="Problems.MLOpsException">InvalidArgument: names the field. AlreadyExists: the id is taken.</exception>
    [Alias("start")]
    Task<SearchSnapshot> StartAsync(SearchSpec spec);

    /// <exception cref="Problems.MLOpsException">NotFound: no such search.</exception>
    [Alias("get"), ReadOnly]
    Task<SearchSnapshot> GetAsync();

    /// <summary>Begins no further trial and stops those that run.</summary>
    /// <exception cref="Problems.MLOpsException">NotFound: no such search. InvalidState: it has ended.</exception>
    [Alias("stop")]
    Task<SearchSnapshot> StopAsync();
}
