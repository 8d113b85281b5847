using MLOps.Gateway.Mlflow.GraphQl.Syntax;
using MLOps.Gateway.Mlflow.GraphQl.Types;

namespace MLOps.Gateway.Mlflow.GraphQl.Validation;

/// <summary>Checks an operation with its fragments in their places: its size, its variables, and that no two fields of one object share a name.</summary>
internal sealed class WholeOperation
{
    private const string Remedy = " Use different aliases on the fields to fetch both if this was intentional.";
    private readonly Operation _operation;
    private readonly Dictionary<string, VariableDefinition> _variables;
    private readonly SelectionSets _sets;
    private readonly HashSet<string> _used = [];
    private readonly List<string> _errors = [];
    private int _selections;

    private WholeOperation(Operation operation, SelectionSets sets)
    {
        _operation = operation;
        _variables = operation.Variables.ToDictionary(variable => variable.Name);
        _sets = sets;
    }

    /// <exception cref="GraphQlException">Larger than a query may be.</exception>
    public static IReadOnlyList<string> Check(Operation operation, SelectionSets sets)
    {
        var whole = new WholeOperation(operation, sets);
        whole.CheckDirectives(operation.Directives);
        whole.Check(Schema.Root(operation.Kind)!, [operation.Selections], 1);
        whole._errors.AddRange(operation.Variables
            .Where(variable => !whole._used.Contains(variable.Name))
            .Select(variable => $"Variable '${variable.Name}' is never used{(operation.Name is { } name ? $" in operation '{name}'" : string.Empty)}."));
        return whole._errors;
    }

    private void Check(ObjectType type, IEnumerable<IReadOnlyList<Selection>> sets, int depth)
    {
        if (depth > GraphQlLimits.WholeDepth)
        {
            throw new GraphQlException($"Query exceeds maximum depth of {GraphQlLimits.WholeDepth} with its fragments in their places");
        }

        foreach (var (key, same) in _sets.Merge(sets, Count))
        {
            var field = Schema.Find(type, same[0].Name)!;
            foreach (var selection in same)
            {
                CheckVariables(selection.Arguments, field.Arguments);
                if (selection.Name != field.Name)
                {
                    _errors.Add($"Fields '{key}' conflict because '{field.Name}' and '{selection.Name}' are different fields.{Remedy}");
                    return;
                }

                if (!ReferenceEquals(selection, same[0]) && Printed(selection) != Printed(same[0]))
                {
                    _errors.Add($"Fields '{key}' conflict because they have differing arguments.{Remedy}");
                }
            }

            if (field.Type.Named is ObjectType inner)
            {
                Check(inner, same.Select(selection => selection.Selections!), depth + 1);
            }
        }
    }

    private static string Printed(FieldSelection field) => new ObjectLiteral(field.Arguments).ToString();

    private bool Count(Selection selection)
    {
        if (++_selections > GraphQlLimits.Selections)
        {
            throw new GraphQlException($"Query exceeds maximum total selections of {GraphQlLimits.Selections} with its fragments in their places");
        }

        CheckDirectives(selection.Directives);
        return true;
    }

    private void CheckDirectives(IReadOnlyList<Directive> directives)
    {
        foreach (var directive in directives)
        {
            CheckVariables(directive.Arguments, Schema.Directives.Single(known => known.Name == directive.Name).Arguments);
        }
    }

    private void CheckVariables(IReadOnlyList<Argument> given, IReadOnlyList<InputField> taken)
    {
        foreach (var argument in given)
        {
            // An argument of another field of that name is a conflict, which is said above.
            if (taken.FirstOrDefault(field => field.Name == argument.Name) is { } field)
            {
                CheckVariables(field.Type, argument.Value);
            }
        }
    }

    private void CheckVariables(GraphType type, Literal value)
    {
        switch (value)
        {
            case VariableLiteral variable:
                CheckVariable(type, variable);
                break;
            case ListLiteral list when Nullable(type) is ListType { Item: var item }:
                foreach (var element in list.Items)
                {
                    CheckVariables(item, element);
                }

                break;
            case ObjectLiteral fields when Nullable(type) is InputType input:
                CheckVariables(fields.Fields, input.Fields);
                break;
            default:
                // A list of one needs no brackets.
                if (Nullable(type) is ListType single)
                {
                    CheckVariables(single.Item, value);
                }

                break;
        }
    }

    private void CheckVariable(GraphType type, VariableLiteral variable)
    {
        if (!_variables.TryGetValue(variable.Name, out var definition))
        {
            _errors.Add($"Variable '{variable}' is not defined{(_operation.Name is { } name ? $" by operation '{name}'" : string.Empty)}.");
            return;
        }

        _used.Add(variable.Name);
        var expected = definition.Default is not (null or NullLiteral) ? Nullable(type) : type;
        if (!Fits(Schema.Find(definition.Type)!, expected))
        {
            _errors.Add($"Variable '{variable}' of type '{definition.Type}' used in position expecting type '{type}'.");
        }
    }

    private static GraphType Nullable(GraphType type) => type is RequiredType required ? required.Inner : type;

    private static bool Fits(GraphType given, GraphType expected) => (given, expected) switch
    {
        (RequiredType required, RequiredType wanted) => Fits(required.Inner, wanted.Inner),
        (_, RequiredType) => false,
        (RequiredType required, _) => Fits(required.Inner, expected),
        (ListType list, ListType wanted) => Fits(list.Item, wanted.Item),
        _ => given == expected,
    };
}
