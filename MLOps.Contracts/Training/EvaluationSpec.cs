namespace MLOps.Contracts.Training;

/// <summary>A walk-forward evaluation beside the training: the training rows after the first ones in blocks, each scored by a model that was trained on what came before it.</summary>
/// <param name="Folds">Blocks; each is a training for each seed.</param>
/// <param name="Seeds">Trainings of each fold, of a model that has a seed.</param>
/// <param name="Window"><see cref="Expanding"/> or <see cref="Rolling"/>.</param>
/// <param name="Gap">Rows before each block that its training leaves out, for labels that reach ahead.</param>
/// <param name="FirstTrainEnd">Last day of the first fold's training, ISO date; null: half of the rows.</param>
[GenerateSerializer, Immutable, Alias("mlops.EvaluationSpec")]
public sealed record EvaluationSpec(
    [property: Id(0)] int Folds,
    [property: Id(1)] int Seeds,
    [property: Id(2)] string Window,
    [property: Id(3)] int Gap,
    [property: Id(4)] string? FirstTrainEnd)
{
    public const int DefaultFolds = 5;

    public const string Expanding = "expanding";

    public const string Rolling = "rolling";
}
