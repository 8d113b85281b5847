using MLOps.Models.Classical.Garch;

namespace MLOps.Models.Classical.Egarch;

/// <summary>Card 20: EGARCH(1,1) with constant mean.</summary>
internal sealed class EgarchDefinition : VarianceModelDefinition
{
    public override string Id => "egarch";

    public override string Name => "EGARCH";

    protected override string About => "Tomorrow's log-variance from the sign and the size of today's standardised return.";

    protected override VarianceRecursion CreateRecursion() => new EgarchRecursion();
}
