namespace MLOps.Client.Training.Retraining;

/// <summary>One training of a policy.</summary>
public sealed record RetrainingAttempt
{
    /// <summary>Its training job.</summary>
    public string JobId { get; init; } = "";

    /// <summary>What began it: <c>schedule</c>, <c>drift: …</c> or who asked.</summary>
    public string Reason { get; init; } = "";

    public RetrainingStep Step { get; init; }

    /// <summary>Registered model that gets the version.</summary>
    public string ModelName { get; init; } = "";

    public int DatasetVersion { get; init; }

    /// <summary>Null until it is trained.</summary>
    public int? Version { get; init; }

    /// <summary>The version that it was compared with.</summary>
    public int? Current { get; init; }

    /// <summary>The new version's figure on the validation rows.</summary>
    public double? Figure { get; init; }

    /// <summary>The compared version's, where no threshold decides.</summary>
    public double? CurrentFigure { get; init; }

    /// <summary>What it came to, and why.</summary>
    public string? Message { get; init; }

    public DateTimeOffset? StartTime { get; init; }

    /// <summary>Null: it is under way.</summary>
    public DateTimeOffset? EndTime { get; init; }
}
