namespace MLOps.Client.Runs;

/// <summary>A run with the newest value of each metric.</summary>
public sealed record Run
{
    public required RunInfo Info { get; init; }

    /// <summary>Newest value by key; may be NaN.</summary>
    public IReadOnlyDictionary<string, double> Metrics { get; init; } = new Dictionary<string, double>();

    public IReadOnlyDictionary<string, string> Params { get; init; } = new Dictionary<string, string>();

    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();

    /// <summary>The datasets that the run read; only <see cref="RunsClient.GetAsync"/> and <see cref="RunsClient.SearchAsync"/> fill it.</summary>
    public IReadOnlyList<RunDataset> Datasets { get; init; } = [];
}
