namespace MLOps.Client.Runs;

/// <summary>How a run starts.</summary>
public sealed record RunOptions
{
    /// <summary>The experiment's name, made when missing. Null: the environment's, else <c>Default</c>.</summary>
    public string? Experiment { get; init; }

    /// <summary>Null: the server invents one.</summary>
    public string? RunName { get; init; }

    /// <summary>Continues this run instead of making one.</summary>
    public string? RunId { get; init; }

    /// <summary>The run that this one is a part of (<c>mlflow.parentRunId</c>).</summary>
    public string? ParentRunId { get; init; }

    /// <summary>Markdown, shown with the run (<c>mlflow.note.content</c>).</summary>
    public string? Description { get; init; }

    /// <summary>Set beside MLflow's own, over which they win.</summary>
    public IReadOnlyDictionary<string, string>? Tags { get; init; }

    /// <summary>Whole seconds. The run announces heartbeats (<c>mlops.heartbeat.interval_s</c>) and sends one at each interval (<c>mlops.heartbeat</c>, Unix ms),
    /// so that the platform ends it as FAILED when this process dies. Null: no heartbeats, and a run whose process dies stays RUNNING.</summary>
    public TimeSpan? Heartbeat { get; init; }

    /// <summary>Whether the run logs how busy the machine is. Null: as the client's options say.</summary>
    public bool? LogSystemMetrics { get; init; }

    /// <summary>Wins over the name.</summary>
    internal string? ExperimentId { get; init; }
}
