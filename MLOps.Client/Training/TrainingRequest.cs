using System.Text.Json;

namespace MLOps.Client.Training;

/// <summary>What to train on what.</summary>
public sealed record TrainingRequest
{
    /// <summary>Catalogue id.</summary>
    public required string Model { get; init; }

    public required string Dataset { get; init; }

    /// <summary>Default: the newest.</summary>
    public int? DatasetVersion { get; init; }

    /// <summary>Default: the server's.</summary>
    public string? Experiment { get; init; }

    public string? RunName { get; init; }

    /// <summary>Last day of the training rows, inclusive. Default: all rows.</summary>
    public DateOnly? TrainEnd { get; init; }

    /// <summary>Hyper-parameters that differ from the catalogue's defaults.</summary>
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = new Dictionary<string, string>();

    /// <summary>Registered model that gets a new version on success. Default: none.</summary>
    public string? RegisterAs { get; init; }

    /// <summary>-100 to 100; higher ones are trained first. Default: 0.</summary>
    public int? Priority { get; init; }

    /// <summary>Run that the job's run is a child of. Default: none.</summary>
    public string? ParentRunId { get; init; }

    /// <summary>Evaluation beside the training, walk-forward or by cross-validation. Default: none.</summary>
    public EvaluationRequest? Evaluation { get; init; }

    /// <summary>Feature pipeline that the model is trained behind, as its JSON form. Default: none.</summary>
    public JsonElement? Features { get; init; }

    /// <summary>Steps (epochs or iterations, as the model counts) after which a checkpoint is due, if not by time before. Default: the server's.</summary>
    public long? CheckpointEvery { get; init; }
}
