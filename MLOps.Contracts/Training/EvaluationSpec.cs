namespace MLOps.Contracts.Training;

/// <summary>An evaluation beside the training: models that are trained anew on some of the training rows are scored on others.</summary>
/// <param name="Folds">Blocks; each is a training for each seed. Of <see cref="CombinatorialPurged"/> the groups that the rows are cut into.</param>
/// <param name="Seeds">Trainings of each fold, of a model that has a seed.</param>
/// <param name="Window"><see cref="Expanding"/> or <see cref="Rolling"/>: the method where <paramref name="Method"/> is null.</param>
/// <param name="Gap">Walk-forward: rows before each block that its training leaves out, for labels that reach ahead.</param>
/// <param name="FirstTrainEnd">Walk-forward: last day of the first fold's training, ISO date; null: half of the rows.</param>
/// <param name="Method">One of <see cref="Methods"/>; null: what <paramref name="Window"/> says.</param>
/// <param name="TestGroups">Of <see cref="CombinatorialPurged"/>: groups that each training leaves out; null: two.</param>
/// <param name="EmbargoRows">Cross-validation: rows behind each block that are not trained on; null: <paramref name="EmbargoFraction"/> of them.</param>
/// <param name="EmbargoFraction">Cross-validation: as a share of the rows; null: 0.01, unless there are <paramref name="EmbargoRows"/>.</param>
/// <param name="LabelHorizon">Cross-validation: rows ahead that a label in the data's own columns looks; null: the labels are the model's or the pipeline's, which know.</param>
[GenerateSerializer, Immutable, Alias("mlops.EvaluationSpec")]
public sealed record EvaluationSpec(
    [property: Id(0)] int Folds,
    [property: Id(1)] int Seeds,
    [property: Id(2)] string Window,
    [property: Id(3)] int Gap,
    [property: Id(4)] string? FirstTrainEnd,
    [property: Id(5)] string? Method = null,
    [property: Id(6)] int? TestGroups = null,
    [property: Id(7)] int? EmbargoRows = null,
    [property: Id(8)] double? EmbargoFraction = null,
    [property: Id(9)] int? LabelHorizon = null)
{
    public const int DefaultFolds = 5;

    /// <summary>Groups of <see cref="CombinatorialPurged"/>: with two of them tested, fifteen trainings and five paths.</summary>
    public const int DefaultGroups = 6;

    /// <summary>Walk-forward: all rows before each block.</summary>
    public const string Expanding = "expanding";

    /// <summary>Walk-forward: as many rows before each block as before the first.</summary>
    public const string Rolling = "rolling";

    /// <summary>Each block once, trained on the rows on both sides of it without those whose labels overlap with it, and without an embargo behind it.</summary>
    public const string PurgedKFold = "purgedKFold";

    /// <summary>Every choice of some groups once, which makes several paths through all rows.</summary>
    public const string CombinatorialPurged = "combinatorialPurged";

    /// <summary>In random order: refused where labels overlap.</summary>
    public const string ShuffledKFold = "shuffledKFold";

    public static IReadOnlyList<string> Methods { get; } = [Expanding, Rolling, PurgedKFold, CombinatorialPurged, ShuffledKFold];
}
