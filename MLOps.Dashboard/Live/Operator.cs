namespace MLOps.Dashboard.Live;

/// <summary>Who sits before this dashboard, as far as they have said: acknowledgements carry the name.</summary>
public sealed class Operator
{
    public string Name { get; set; } = "";
}
