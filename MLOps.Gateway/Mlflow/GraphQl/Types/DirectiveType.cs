namespace MLOps.Gateway.Mlflow.GraphQl.Types;

/// <param name="Places">Where it may stand.</param>
internal sealed record DirectiveType(string Name, IReadOnlyList<InputField> Arguments, IReadOnlyList<string> Places);

internal static class DirectivePlaces
{
    public const string Field = "FIELD";
    public const string Spread = "FRAGMENT_SPREAD";
    public const string Inline = "INLINE_FRAGMENT";
    public const string Fragment = "FRAGMENT_DEFINITION";
    public const string Variable = "VARIABLE_DEFINITION";

    public static readonly string[] OfSelections = [Field, Spread, Inline];
}
