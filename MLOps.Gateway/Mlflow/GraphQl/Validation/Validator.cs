using MLOps.Gateway.Mlflow.GraphQl.Syntax;
using MLOps.Gateway.Mlflow.GraphQl.Types;

namespace MLOps.Gateway.Mlflow.GraphQl.Validation;

/// <summary>Checks a query against the schema (GraphQL specification of October 2021, section 5). First each definition as it is written, then, if that is right,
/// each operation with its fragments in their places.</summary>
internal sealed class Validator
{
    private readonly Document _document;
    private readonly SelectionSets _sets;
    private readonly List<string> _errors = [];

    private Validator(Document document)
    {
        _document = document;
        _sets = new SelectionSets(document);
    }

    /// <returns>What is wrong; empty: nothing.</returns>
    public static List<string> Check(Document document)
    {
        var validator = new Validator(document);
        validator.CheckDefinitions();
        if (validator._errors.Count == 0)
        {
            foreach (var operation in document.Operations.Where(operation => Schema.Root(operation.Kind) is not null))
            {
                validator._errors.AddRange(WholeOperation.Check(operation, validator._sets));
            }
        }

        return validator._errors;
    }

    private void CheckDefinitions()
    {
        CheckUnique(_document.Operations.Select(operation => operation.Name), "operation named '{0}'");
        CheckUnique(_document.Fragments.Select(fragment => fragment.Name), "fragment named '{0}'");
        if (_document.Operations.Count > 1 && _document.Operations.Any(operation => operation.Name is null))
        {
            _errors.Add("This anonymous operation must be the only defined operation.");
        }

        foreach (var operation in _document.Operations)
        {
            CheckUnique(operation.Variables.Select(variable => variable.Name), "variable named '${0}'");
            operation.Variables.ToList().ForEach(CheckVariable);
            CheckDirectives(operation.Directives, operation.Kind.ToString().ToUpperInvariant());
            if (Schema.Root(operation.Kind) is { } root)
            {
                CheckSelections(root, operation.Selections);
            }
        }

        foreach (var fragment in _document.Fragments)
        {
            CheckDirectives(fragment.Directives, DirectivePlaces.Fragment);
            if (TypeOf(fragment.Type, $"Fragment '{fragment.Name}'") is { } type)
            {
                CheckSelections(type, fragment.Selections);
            }
        }

        _errors.AddRange(FragmentUse.Check(_document, _sets));
    }

    private void CheckVariable(VariableDefinition variable)
    {
        CheckDirectives(variable.Directives, DirectivePlaces.Variable);
        if (Schema.Find(variable.Type) is not { } type)
        {
            _errors.Add($"Unknown type '{NameOf(variable.Type)}'.");
        }
        else if (type.Named is ObjectType)
        {
            _errors.Add($"Variable '${variable.Name}' cannot be non-input type '{variable.Type}'.");
        }
        else if (variable.Default is { } value)
        {
            CheckValue(type, value);
        }
    }

    private void CheckSelections(ObjectType type, IReadOnlyList<Selection> selections)
    {
        foreach (var selection in selections)
        {
            switch (selection)
            {
                case FieldSelection field:
                    CheckDirectives(field.Directives, DirectivePlaces.Field);
                    CheckField(type, field);
                    break;
                case InlineFragment inline:
                    CheckDirectives(inline.Directives, DirectivePlaces.Inline);
                    if (inline.Type is null || (TypeOf(inline.Type, "Fragment") is { } inner && CheckSpread("Fragment", type, inner)))
                    {
                        CheckSelections(type, inline.Selections);
                    }

                    break;
                case FragmentSpread spread:
                    CheckDirectives(spread.Directives, DirectivePlaces.Spread);
                    if (_sets.Find(spread.Name) is not { } fragment)
                    {
                        _errors.Add($"Unknown fragment '{spread.Name}'.");
                    }
                    else if (Schema.Find(fragment.Type) is ObjectType of)
                    {
                        CheckSpread($"Fragment '{spread.Name}'", type, of);
                    }

                    break;
            }
        }
    }

    private void CheckField(ObjectType type, FieldSelection selection)
    {
        if (Schema.Find(type, selection.Name) is not { } field)
        {
            _errors.Add($"Cannot query field '{selection.Name}' on type '{type}'.");
            return;
        }

        CheckArguments($"field '{type}.{field.Name}'", $"Field '{field.Name}'", selection.Arguments, field.Arguments);
        switch (field.Type.Named, selection.Selections)
        {
            case (ObjectType inner, { } selections):
                CheckSelections(inner, selections);
                break;
            case (ObjectType, null):
                _errors.Add($"Field '{field.Name}' of type '{field.Type}' must have a selection of subfields. Did you mean '{field.Name} {{ ... }}'?");
                break;
            case (_, not null):
                _errors.Add($"Field '{field.Name}' must not have a selection since type '{field.Type}' has no subfields.");
                break;
        }
    }

    private void CheckDirectives(IReadOnlyList<Directive> directives, string place)
    {
        foreach (var directive in directives)
        {
            if (Schema.Directives.FirstOrDefault(known => known.Name == directive.Name) is not { } type)
            {
                _errors.Add($"Unknown directive '@{directive.Name}'.");
            }
            else if (!type.Places.Contains(place))
            {
                _errors.Add($"Directive '@{directive.Name}' may not be used on {place}.");
            }
            else
            {
                CheckArguments($"directive '@{directive.Name}'", $"Directive '@{directive.Name}'", directive.Arguments, type.Arguments);
            }
        }

        foreach (var twice in directives.GroupBy(directive => directive.Name).Where(group => group.Count() > 1))
        {
            _errors.Add($"The directive '@{twice.Key}' can only be used once at this location.");
        }
    }

    private void CheckArguments(string on, string of, IReadOnlyList<Argument> given, IReadOnlyList<InputField> taken)
    {
        CheckUnique(given.Select(argument => argument.Name), "argument named '{0}'");
        foreach (var argument in given)
        {
            if (taken.FirstOrDefault(field => field.Name == argument.Name) is { } field)
            {
                CheckValue(field.Type, argument.Value);
            }
            else
            {
                _errors.Add($"Unknown argument '{argument.Name}' on {on}.");
            }
        }

        _errors.AddRange(taken
            .Where(field => field.Type is RequiredType && given.All(argument => argument.Name != field.Name))
            .Select(field => $"{of} argument '{field.Name}' of type '{field.Type}' is required, but it was not provided."));
    }

    private void CheckValue(GraphType type, Literal value)
    {
        try
        {
            InputReader.Read(type, value, null);
        }
        catch (GraphQlException exception)
        {
            _errors.Add(exception.Message);
        }
    }

    private bool CheckSpread(string what, ObjectType around, ObjectType type)
    {
        if (around == type)
        {
            return true;
        }

        _errors.Add($"{what} cannot be spread here as objects of type '{around}' can never be of type '{type}'.");
        return false;
    }

    private ObjectType? TypeOf(string name, string fragment)
    {
        var type = Schema.Find(name);
        if (type is not ObjectType)
        {
            _errors.Add(type is null ? $"Unknown type '{name}'." : $"{fragment} cannot condition on non composite type '{name}'.");
        }

        return type as ObjectType;
    }

    private void CheckUnique(IEnumerable<string?> names, string what) => _errors.AddRange(names
        .OfType<string>()
        .GroupBy(name => name)
        .Where(group => group.Count() > 1)
        .Select(group => $"There can be only one {what.Replace("{0}", group.Key, StringComparison.Ordinal)}."));

    private static string? NameOf(TypeReference type) => type.Item is { } item ? NameOf(item) : type.Name;
}
