using MLOps.Models.Classical.Garch;

namespace MLOps.Models.Classical.GjrGarch;

/// <summary>Card 19: GJR-GARCH(1,1) with constant mean.</summary>
internal sealed class GjrGarchDefinition : VarianceModelDefinition
{
    public override string Id => "gjr-garch";

    public override string Name => "GJR-GARCH";

    protected override string About => "Tomorrow's variance from today's return and variance, falls weighing otherwise than rises of the same size.";

    protected override VarianceRecursion CreateRecursion() => new GjrRecursion();
}
