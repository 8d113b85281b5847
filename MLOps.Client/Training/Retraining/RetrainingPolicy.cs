using System.Text.Json;

namespace MLOps.Client.Training.Retraining;

/// <summary>A policy as it is, and what it did.</summary>
public sealed record RetrainingPolicy
{
    public required string Endpoint { get; init; }

    /// <summary>Catalogue id.</summary>
    public string Model { get; init; } = "";

    public string Dataset { get; init; } = "";

    public IReadOnlyDictionary<string, string> Parameters { get; init; } = new Dictionary<string, string>();

    /// <summary>Feature pipeline; null: none.</summary>
    public JsonElement? Features { get; init; }

    /// <summary>Evaluation beside each training; null: none.</summary>
    public EvaluationRequest? Evaluation { get; init; }

    /// <summary>Steps after which a checkpoint is due; null: the server's.</summary>
    public long? CheckpointEvery { get; init; }

    /// <summary>Null: no schedule.</summary>
    public double? EverySeconds { get; init; }

    public bool OnDrift { get; init; }

    public int ValidationRows { get; init; }

    public string Metric { get; init; } = "";

    /// <summary><c>minimize</c> or <c>maximize</c>.</summary>
    public string Direction { get; init; } = "";

    /// <summary>Null: the version that is served has to be beaten.</summary>
    public double? Threshold { get; init; }

    /// <summary>Whether a version that passes gets a canary.</summary>
    public bool Canary { get; init; }

    /// <summary>When the schedule begins the next training.</summary>
    public DateTimeOffset? NextTime { get; init; }

    /// <summary>Newest first; the training that is under way among them.</summary>
    public IReadOnlyList<RetrainingAttempt> History { get; init; } = [];
}
