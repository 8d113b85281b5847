using MLOps.Contracts.Training;

namespace MLOps.Silo.Training.Search;

/// <summary>A search as it is stored.</summary>
[GenerateSerializer, Alias("mlops.SearchState")]
internal sealed class SearchState
{
    /// <summary>Null: the search does not exist.</summary>
    [Id(0)]
    public SearchSnapshot? Search { get; set; }

    [Id(1)]
    public bool StopRequested { get; set; }

    /// <summary>The id that was chosen for the parent run, before it is made.</summary>
    [Id(2)]
    public string ChosenRunId { get; set; } = "";

    /// <summary>Numbers of the trials that are to be ended early, with their best values.</summary>
    [Id(3)]
    public Dictionary<int, double> Pruned { get; set; } = [];
}
