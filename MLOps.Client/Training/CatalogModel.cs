namespace MLOps.Client.Training;

/// <summary>A model that the platform can train.</summary>
public sealed record CatalogModel
{
    public required string Id { get; init; }

    public string Name { get; init; } = "";

    public string Category { get; init; } = "";

    public string Description { get; init; } = "";

    public IReadOnlyList<HyperParameter> HyperParameters { get; init; } = [];

    /// <summary>Of what is served.</summary>
    public IReadOnlyList<CatalogTensor> Inputs { get; init; } = [];

    /// <summary>Of what is served.</summary>
    public IReadOnlyList<CatalogTensor> Outputs { get; init; } = [];

    /// <summary>What a dataset must have; null: the server does not say.</summary>
    public CatalogData? Data { get; init; }

    /// <summary>Methods by which it can be evaluated (<see cref="EvaluationMethods"/>); empty: the server does not say.</summary>
    public IReadOnlyList<string> Evaluations { get; init; } = [];

    /// <summary>Why it takes no cross-validation, which takes rows out in between; null: it does.</summary>
    public string? NeedsUnbrokenRows { get; init; }

    /// <summary>Whether it can be trained behind a feature pipeline, with some hyper-parameters at least; null: the server does not say.</summary>
    public bool? TakesFeatures { get; init; }
}
