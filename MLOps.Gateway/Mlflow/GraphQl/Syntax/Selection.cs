namespace MLOps.Gateway.Mlflow.GraphQl.Syntax;

/// <summary>What is asked of an object.</summary>
internal abstract record Selection(IReadOnlyList<Directive> Directives);

/// <param name="Selections">Null: none are given, as for a text or a number.</param>
internal sealed record FieldSelection(
    string? Alias,
    string Name,
    IReadOnlyList<Argument> Arguments,
    IReadOnlyList<Directive> Directives,
    IReadOnlyList<Selection>? Selections) : Selection(Directives)
{
    /// <summary>The answer's name of the field.</summary>
    public string Key => Alias ?? Name;
}

internal sealed record FragmentSpread(string Name, IReadOnlyList<Directive> Directives) : Selection(Directives);

/// <param name="Type">Null: the type around it.</param>
internal sealed record InlineFragment(string? Type, IReadOnlyList<Directive> Directives, IReadOnlyList<Selection> Selections) : Selection(Directives);
