namespace MLOps.Models.Classical.MetaController;

/// <summary>A state that a controller carries from round to round, as the graph names it.</summary>
/// <param name="Width">Numbers in a row.</param>
/// <param name="Initial">Of each of them before the first round.</param>
internal sealed record ControllerState(string Name, int Width, double Initial)
{
    /// <summary>The output that feeds it.</summary>
    public string Next => $"{Name}_next";
}
