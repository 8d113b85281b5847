namespace MLOps.Models.Evaluation.Validation;

/// <summary>The rows that a model is validated on.</summary>
/// <param name="From">The first.</param>
/// <param name="To">The row after the last.</param>
/// <param name="TrainedTo">The row after the last that the model was trained on.</param>
/// <param name="Which">In words, for people.</param>
public sealed record ValidationRows(int From, int To, int TrainedTo, string Which)
{
    /// <summary>Whether the training has seen none of them.</summary>
    public bool IsUnseen => From >= TrainedTo;
}
