using System.Text.Json;

namespace MLOps.Client.Training.Retraining;

/// <summary>What to train, when, and what the result must be worth.</summary>
public sealed record RetrainingPolicyRequest
{
    /// <summary>Catalogue id.</summary>
    public required string Model { get; init; }

    /// <summary>Its newest version is trained on, but for the validation rows.</summary>
    public required string Dataset { get; init; }

    /// <summary>Default: the server's.</summary>
    public string? Experiment { get; init; }

    /// <summary>Hyper-parameters that differ from the catalogue's defaults.</summary>
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = new Dictionary<string, string>();

    /// <summary>Feature pipeline that the model is trained behind, as its JSON form. Default: none.</summary>
    public JsonElement? Features { get; init; }

    /// <summary>Evaluation beside each training, walk-forward or by cross-validation. Default: none.</summary>
    public EvaluationRequest? Evaluation { get; init; }

    /// <summary>Steps (epochs or iterations, as the model counts) after which a checkpoint is due, if not by time before. Default: the server's.</summary>
    public long? CheckpointEvery { get; init; }

    /// <summary>Default: the model that the endpoint serves.</summary>
    public string? RegisterAs { get; init; }

    /// <summary>-100 to 100; of the training jobs. Default: 0.</summary>
    public int? Priority { get; init; }

    /// <summary>Time between two trainings, at least a minute. Default: no schedule.</summary>
    public double? EverySeconds { get; init; }

    /// <summary>Whether a new drift alert of the endpoint begins one. Default: true.</summary>
    public bool? OnDrift { get; init; }

    /// <summary>The newest rows, which the training does not see. Default: 250.</summary>
    public int? ValidationRows { get; init; }

    /// <summary>Figure of the model's evaluation that decides.</summary>
    public required string Metric { get; init; }

    /// <summary><c>minimize</c> or <c>maximize</c>. Default: minimize.</summary>
    public string? Direction { get; init; }

    /// <summary>What the new version must reach. Default: it must beat the version that the endpoint serves, on the same rows.</summary>
    public double? Threshold { get; init; }

    /// <summary>How a version that passes gets traffic. Default: it waits in Staging for a person.</summary>
    public RetrainingCanary? Canary { get; init; }
}
