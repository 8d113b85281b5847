namespace MLOps.Silo.Endpoints;

internal enum CanaryAction
{
    Hold = 0,
    Advance,
    RollBack,
}

/// <summary>What becomes of a canary, and why.</summary>
internal readonly record struct CanaryJudgement(CanaryAction Action, string Reason);
