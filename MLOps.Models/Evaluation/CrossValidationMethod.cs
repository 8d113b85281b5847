namespace MLOps.Models.Evaluation;

/// <summary>How a cross-validation chooses what it scores.</summary>
public enum CrossValidationMethod
{
    /// <summary><see cref="Evaluation.PurgedKFold"/>.</summary>
    PurgedKFold = 0,

    /// <summary><see cref="CombinatorialPurgedKFold"/>.</summary>
    CombinatorialPurged,

    /// <summary><see cref="Evaluation.ShuffledKFold"/>.</summary>
    ShuffledKFold,
}
