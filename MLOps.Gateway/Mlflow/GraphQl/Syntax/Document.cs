namespace MLOps.Gateway.Mlflow.GraphQl.Syntax;

/// <summary>A query as it is written.</summary>
internal sealed record Document(IReadOnlyList<Operation> Operations, IReadOnlyList<Fragment> Fragments);

internal enum OperationKind
{
    Query,
    Mutation,
    Subscription,
}

/// <param name="Name">Null: anonymous.</param>
internal sealed record Operation(
    OperationKind Kind,
    string? Name,
    IReadOnlyList<VariableDefinition> Variables,
    IReadOnlyList<Directive> Directives,
    IReadOnlyList<Selection> Selections);

internal sealed record Fragment(string Name, string Type, IReadOnlyList<Directive> Directives, IReadOnlyList<Selection> Selections);

internal sealed record VariableDefinition(string Name, TypeReference Type, Literal? Default, IReadOnlyList<Directive> Directives);

internal sealed record Argument(string Name, Literal Value);

internal sealed record Directive(string Name, IReadOnlyList<Argument> Arguments);
