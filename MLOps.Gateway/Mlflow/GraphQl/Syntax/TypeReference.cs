namespace MLOps.Gateway.Mlflow.GraphQl.Syntax;

/// <summary>A variable's type as it is written.</summary>
/// <param name="Name">Null: a list.</param>
/// <param name="Item">A list's; else null.</param>
/// <param name="Required">Whether it may not be null.</param>
internal sealed record TypeReference(string? Name, TypeReference? Item, bool Required)
{
    public override string ToString() => (Item is null ? Name : $"[{Item}]") + (Required ? "!" : string.Empty);
}
