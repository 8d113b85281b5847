namespace MLOps.Models.Neural.Anomaly;

/// <summary>What is done to a day's bar to test a detector.</summary>
internal enum ShockKind
{
    /// <summary>The close is elsewhere.</summary>
    Price = 0,

    /// <summary>The low is lower and the close where it was: a crash that was over by evening.</summary>
    Range,

    /// <summary>The open is elsewhere.</summary>
    Gap,

    /// <summary>More is traded.</summary>
    Volume,
}
