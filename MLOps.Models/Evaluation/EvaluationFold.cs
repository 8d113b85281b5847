using MLOps.Models.Data;

namespace MLOps.Models.Evaluation;

/// <summary>Rows to train on, and a block of others to score.</summary>
/// <param name="Number">Of the training, from 1: one training may score several blocks.</param>
/// <param name="Block">Of the block among those that the rows are cut into, from 1.</param>
/// <param name="Train">Ascending.</param>
/// <param name="Test">Ascending; one range, but for a shuffled fold.</param>
public sealed record EvaluationFold(int Number, int Block, IReadOnlyList<RowRange> Train, IReadOnlyList<RowRange> Test)
{
    public int TrainFrom => Train[0].From;

    public int TrainTo => Train[^1].To;

    public int TestFrom => Test[0].From;

    public int TestTo => Test[^1].To;

    /// <summary>Rows between the first and the last of all that are neither trained on nor scored by this training of a cross-validation: purged or under embargo.</summary>
    public int LeftOut { get; init; }
}
