using System.Text.Json;

namespace MLOps.Client.Training.Search;

/// <summary>A hyper-parameter search: what every trial has in common, what is varied, and how.</summary>
public sealed record SearchRequest
{
    /// <summary>Catalogue id.</summary>
    public required string Model { get; init; }

    public required string Dataset { get; init; }

    /// <summary>Default: the newest.</summary>
    public int? DatasetVersion { get; init; }

    /// <summary>Default: the server's.</summary>
    public string? Experiment { get; init; }

    /// <summary>Of the parent run.</summary>
    public string? RunName { get; init; }

    /// <summary>Last day of the training rows, inclusive. Default: all rows.</summary>
    public DateOnly? TrainEnd { get; init; }

    /// <summary>Hyper-parameters that are the same in every trial.</summary>
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = new Dictionary<string, string>();

    /// <summary>By hyper-parameter, what to try.</summary>
    public required IReadOnlyDictionary<string, SearchDimension> Space { get; init; }

    /// <summary><c>grid</c>, <c>random</c> or <c>tpe</c>. Default: tpe.</summary>
    public string? Method { get; init; }

    /// <summary>The objective: a trial's last value of it counts.</summary>
    public required string Metric { get; init; }

    /// <summary><c>minimize</c> or <c>maximize</c>. Default: minimize.</summary>
    public string? Direction { get; init; }

    /// <summary>At most. Default: 20; of a grid: all of it.</summary>
    public int? Trials { get; init; }

    /// <summary>Trials that wait or run at a time. Default: 1.</summary>
    public int? Parallel { get; init; }

    public int? Seed { get; init; }

    /// <summary>Values of each range in a grid. Default: 3.</summary>
    public int? GridPoints { get; init; }

    /// <summary>Default: every trial comes to its end.</summary>
    public SearchPruning? Pruning { get; init; }

    /// <summary>Registered model that gets a version of the best trial. Default: none.</summary>
    public string? RegisterAs { get; init; }

    /// <summary>-100 to 100; of every trial's job. Default: 0.</summary>
    public int? Priority { get; init; }

    /// <summary>Evaluation of every trial; its means (<c>wf_…</c>, <c>cv_…</c>) are metrics that can be the objective. Default: none.</summary>
    public EvaluationRequest? Evaluation { get; init; }

    /// <summary>Feature pipeline that every trial is trained behind, as its JSON form. Default: none.</summary>
    public JsonElement? Features { get; init; }

    /// <summary>As of a training.</summary>
    public long? CheckpointEvery { get; init; }
}
