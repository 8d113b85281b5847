namespace MLOps.Models.Classical.Garch;

/// <summary>Card 13: GARCH(1,1) with constant mean.</summary>
internal sealed class GarchDefinition : VarianceModelDefinition
{
    public override string Id => "garch";

    public override string Name => "GARCH(1,1)";

    protected override string About => "Tomorrow's variance from today's return and variance.";

    protected override VarianceRecursion CreateRecursion() => new GarchRecursion();
}
