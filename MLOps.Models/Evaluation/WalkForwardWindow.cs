namespace MLOps.Models.Evaluation;

/// <summary>What a fold of a walk-forward evaluation trains on.</summary>
public enum WalkForwardWindow
{
    /// <summary>Every row before the test rows.</summary>
    Expanding = 0,

    /// <summary>As many rows before the test rows as the first fold trains on.</summary>
    Rolling,
}
